"""A visit's title may be as long as the profile lets a journal write it: 1,000 characters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The column widened; no row is touched."""

    dependencies = [("visits", "0003_pre_performed_lookup")]

    operations = [
        migrations.AlterField(
            model_name="visit", name="title", field=models.CharField(blank=True, default="", max_length=1000)
        ),
    ]
