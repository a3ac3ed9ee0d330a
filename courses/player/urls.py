"""Addresses below ``/<lang>/courses/``."""

from django.urls import path

from courses.player import views

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:course>/", views.course, name="course"),
    path("<slug:course>/start/", views.start, name="course_start"),
    path("<slug:course>/move/", views.move, name="course_move"),
    path("<slug:course>/due/", views.due, name="course_due"),
    path("<slug:course>/result/", views.result, name="course_result"),
    path("<slug:course>/why/", views.why, name="course_why"),
    path("<slug:course>/answer/<uuid:block>/", views.answer, name="answer"),
    path("<slug:course>/save/<uuid:block>/", views.save_answer, name="save_answer"),
    path("<slug:course>/again/<uuid:block>/", views.again, name="try_again"),
    path("<slug:course>/media/<str:name>", views.media, name="course_media"),
    path("<slug:course>/<slug:lesson>/", views.lesson, name="lesson"),
    path("<slug:course>/<slug:lesson>/<int:step>/", views.step, name="step"),
    path("<slug:course>/<slug:lesson>/<int:step>/complete/", views.complete, name="step_complete"),
    path("<slug:course>/<slug:lesson>/<int:step>/opened/", views.opened, name="step_opened"),
]
