from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "tusoi.reviews"

    def ready(self) -> None:
        # Both need loaded models, so they cannot be imported with this module.
        from tusoi.files.permissions import use_reader  # noqa: PLC0415
        from tusoi.reviews.permissions import may_read_attachment  # noqa: PLC0415

        use_reader("reviews", may_read_attachment)
