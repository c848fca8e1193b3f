"""The staff side: what was done with a thread is seen with the thread, and the lists of cases and of the leader are quick."""

from django.db import migrations, models
from django.db.models import Q

from hjemmekontakt.ground.policies import MUNICIPALITY, change_protection, in_municipality, in_units, mine

WITH_ITS_THREAD = (
    f"(({in_units()}) OR (municipality_id = {MUNICIPALITY} AND EXISTS (SELECT 1 FROM thread t WHERE t.id = thread_id)))"
)
"""The line that says where a thread left belongs to the unit it left; the one it came to reads it with the thread."""


class Migration(migrations.Migration):
    dependencies = [("messages", "0005_pre_protection_of_the_rest")]

    operations = [
        change_protection("handling", person=mine(), unit=WITH_ITS_THREAD, municipality=in_municipality()),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                fields=["unit", "last_message_at", "id"], name="threads_that_are_cases", condition=Q(state="as-case")
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["unit", "citizen"], name="threads_treated_as_cases", condition=~Q(case_kind="")),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                fields=["unit", "answer_by", "id"], name="threads_with_the_leader", condition=Q(with_leader=True)
            ),
        ),
    ]
