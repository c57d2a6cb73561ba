"""A meeting, what is said in it, and the record of it."""

from tusoi.meetings.models.discussion import Remark, RemarkAnswer, RequestedCorrection
from tusoi.meetings.models.meeting import (
    AgendaItem,
    Attendance,
    MeetingDocument,
    ReviewMeeting,
)
from tusoi.meetings.models.minutes import (
    Minutes,
    MinutesRequest,
    MinutesSignature,
    MinutesTemplate,
    MinutesText,
    MinutesTextVersion,
)


__all__ = [
    "AgendaItem",
    "Attendance",
    "MeetingDocument",
    "Minutes",
    "MinutesRequest",
    "MinutesSignature",
    "MinutesTemplate",
    "MinutesText",
    "MinutesTextVersion",
    "Remark",
    "RemarkAnswer",
    "RequestedCorrection",
    "ReviewMeeting",
]
