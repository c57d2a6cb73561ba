from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "tusoi.imports"
