from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tusoi.access"

    def ready(self) -> None:
        # The guard needs loaded models, so it cannot be imported with this module.
        from tusoi.access import guard  # noqa: PLC0415
        from tusoi.units import permissions  # noqa: PLC0415

        permissions.use_guard(guard.require)
