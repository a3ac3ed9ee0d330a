"""Every model of the courses half, gathered where Django looks for them."""

from courses.attempts.models import Attempt, Response
from courses.catalogue.models import (
    BlockAlternative,
    Course,
    CourseMedia,
    CoursePackText,
    CourseRelease,
    ImportedText,
    ReleaseText,
)
from courses.catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.enrolment.models import Enrolment
from courses.enrolment.passes import CoursePass
from courses.progress.models import LearningEvent, ProgressFacts
from courses.questions.models import Question, QuestionVersion

__all__ = [
    "Attempt",
    "BlockAlternative",
    "Course",
    "CourseIndexPage",
    "CourseMedia",
    "CoursePackText",
    "CoursePage",
    "CoursePass",
    "CourseRelease",
    "Enrolment",
    "ImportedText",
    "LearningEvent",
    "LessonPage",
    "ModulePage",
    "ProgressFacts",
    "Question",
    "QuestionVersion",
    "ReleaseText",
    "Response",
]
