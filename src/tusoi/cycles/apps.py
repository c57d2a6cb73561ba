from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "tusoi.cycles"

    def ready(self) -> None:
        # Both need loaded models, so they cannot be imported with this module.
        from tusoi.cycles.queries import reads_directive  # noqa: PLC0415
        from tusoi.files.permissions import use_reader  # noqa: PLC0415

        use_reader("cycles", reads_directive)
