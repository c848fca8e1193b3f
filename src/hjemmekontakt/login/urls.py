"""The addresses of the doors."""

from django.urls import path

from hjemmekontakt.login import views
from hjemmekontakt.login.rules import DoorKind

app_name = "login"
CITIZEN, EMPLOYEE = {"door": DoorKind.CITIZEN}, {"door": DoorKind.EMPLOYEE}
urlpatterns = [
    path("logg-inn/", views.log_in, CITIZEN, name="login"),
    path("logg-inn/svar/", views.come_back, name="come-back"),
    path("logg-ut/", views.log_out, CITIZEN, name="logout"),
    path("logg-ut/ferdig/", views.logged_out, name="logged-out"),
    path("logg-ut/fra-id-porten/", views.log_out_from_provider, name="log-out-from-provider"),
    path("ansatt/logg-inn/", views.log_in, EMPLOYEE, name="employee-login"),
    path("ansatt/logg-ut/", views.log_out, EMPLOYEE, name="employee-logout"),
    path("bytt-person/", views.switch_person, name="switch-person"),
    path("sprak/", views.language, name="language"),
    path("stor-skrift/", views.large_type, name="large-type"),
]
