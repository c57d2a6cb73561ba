from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "tusoi.meetings"

    def ready(self) -> None:
        # Both need loaded models, so they cannot be imported with this module.
        from tusoi.files.permissions import use_reader  # noqa: PLC0415
        from tusoi.meetings.permissions import may_read_document  # noqa: PLC0415

        use_reader("meetings", may_read_document)
