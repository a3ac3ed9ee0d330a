"""What the demo people have done is there once, made by the services themselves."""

import pytest
from django.core.management import CommandError, call_command

from community.directory.models import Profile
from community.discussions import spaces
from community.discussions.models import Post, Topic
from community.events.models import Meeting
from community.groups.models import GroupMember
from portal.accounts import demo
from portal.accounts.models import User
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def test_it_is_made_once_and_members_find_it(capsys):
    demo.make_demo_people()
    spaces.begin()
    call_command("demo_community")
    call_command("demo_community")
    assert capsys.readouterr().out.split("\n")[:2] == ["Made.", "Nothing to make."]
    counts = [model.objects.count() for model in (Profile, Topic, Post, Meeting, GroupMember)]
    assert counts == [4, 1, 2, 2, 2]
    assert Topic.objects.get().accepted is not None
    client = signed_in(User.objects.get(email="diego@demo.invalid"))
    for path, words in (
        ("members/", "Kofi Mensah"), ("groups/", "Parcel officers"),
        ("events/", "Questions about the parcel course"), ("discussions/new/", "What belongs"),
    ):  # fmt: skip
        assert words in client.get(f"/en/community/{path}").content.decode()
    assert "Meeting of the group" not in client.get("/en/community/events/").content.decode()


def test_without_spaces_and_outside_development_nothing_is_made(settings):
    call_command("demo_community")
    assert not Profile.objects.exists()
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("demo_community")
