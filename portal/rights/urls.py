"""Addresses below ``/<lang>/account/data/``: one's own account; ``what_we_store_list`` for all."""

from django.urls import path

from portal.rights import views

OPEN_TO_VISITORS = ("what_we_store_list",)

urlpatterns = [
    path("", views.data, name="account_data"),
    path("export/", views.export, name="account_data_export"),
    path("activity/", views.activity, name="account_activity"),
    path("delete/", views.delete, name="account_delete"),
    path("what-we-store/", views.stored, name="what_we_store_list"),
]
