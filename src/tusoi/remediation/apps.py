from django.apps import AppConfig


class RemediationConfig(AppConfig):
    name = "tusoi.remediation"

    def ready(self) -> None:
        # Both need loaded models, so they cannot be imported with this module.
        from tusoi.files.permissions import use_reader  # noqa: PLC0415
        from tusoi.remediation.permissions import may_read_evidence  # noqa: PLC0415

        use_reader("remediation", may_read_evidence)
