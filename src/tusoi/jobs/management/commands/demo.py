import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from tusoi.jobs.command import TusoiCommand, progress_bars
from tusoi.jobs.installing import migrate
from tusoi.jobs.serving import (
    booth_beside,
    local_origin,
    refuse_taken_port,
    serve,
    tell_booth_origin,
)
from tusoi.sample.accounts import DEMO_PASSWORD
from tusoi.sample.catalogue import FIRST, SAMPLES, Sample
from tusoi.units.models import Unit


# Written by `tusoi demo` into its folder, so that a reset never removes a folder of another kind;
# it says which sample is there.
_MARK = "tusoi-demo"


class Command(TusoiCommand):
    help = "Serve a sample; what is entered is kept until --reset."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default 8000; the booth next")
        parser.add_argument(
            "--sample",
            choices=sorted(SAMPLES),
            default=FIRST,
            help=(
                "2022: a district, with grades; 2022-end: the same with every level decided; "
                "2023: a year on, what fell short put right, under way or back; "
                f"2025: a ward, with points; default {FIRST}"
            ),
        )
        parser.add_argument(
            "--data", help="folder of the data; default .demo, for another sample .demo-SAMPLE"
        )
        parser.add_argument("--reset", action="store_true", help="start over")
        parser.add_argument("--no-serve", action="store_true", help="load only")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        booth = options["port"] + 1
        folder, year = settings.DATA_DIR, options["sample"]
        sample = SAMPLES[year]
        if not options["no_serve"]:
            refuse_taken_port("127.0.0.1", options["port"])
            refuse_taken_port("127.0.0.1", booth)
        _refuse_other_folders()
        if options["reset"]:
            _empty()
        _refuse_other_samples(year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARK).write_text(year, encoding="ascii")
        if not (options["json"] or connection.introspection.table_names()):
            self.stdout.write("Đang chuẩn bị dữ liệu mẫu / preparing the sample…")
            self.stdout.flush()
        migrate()
        if not Unit.objects.exists():
            with progress_bars(hidden=options["json"]) as progress:
                sample.load(progress=progress)
        address = f"http://127.0.0.1:{options['port']}/"
        self.emit(
            {
                "address": address,
                "booth": local_origin("127.0.0.1", booth),
                "password": DEMO_PASSWORD,
                "accounts": {one.username: one.what for one in sample.accounts},
            },
            _welcome(sample, address, local_origin("127.0.0.1", booth)),
            as_json=options["json"],
        )
        self.stdout.flush()
        if not options["no_serve"]:
            tell_booth_origin(local_origin("127.0.0.1", booth))
            with booth_beside(address="127.0.0.1", port=booth):
                serve(address="127.0.0.1", port=options["port"])


def _refuse_other_folders() -> None:
    """Refuse a folder with anything else in it: the sample is no place for what is real."""
    folder = settings.DATA_DIR
    if not folder.exists() or (folder / _MARK).exists():
        return
    # The settings have put the key there before any command begins.
    if any(path.name != "secret-key" for path in folder.iterdir()):
        raise CommandError(
            f"{folder} is not a folder of the demo; nothing was changed. Name another with --data."
        )


def _refuse_other_samples(year: str) -> None:
    """Refuse to show one sample by the clock of another."""
    mark = settings.DATA_DIR / _MARK
    there = mark.read_text(encoding="ascii").strip() or FIRST if mark.exists() else year
    if there != year:
        raise CommandError(
            f"{settings.DATA_DIR} holds the sample of {there}; "
            "name another folder with --data, or start over with --reset."
        )


def _empty() -> None:
    connection.close()
    if settings.DATA_DIR.exists():
        shutil.rmtree(settings.DATA_DIR)


def _welcome(sample: Sample, address: str, booth: str) -> str:
    width = max(len(one.username) for one in sample.accounts)
    lines = [
        "",
        f"Tự Soi – dữ liệu mẫu: {sample.title}",
        f"Địa chỉ / address:   {address}",
        f"Bỏ phiếu / booth:    {booth}/",
        f"Mật khẩu / password: {DEMO_PASSWORD}",
        "",
        "Tài khoản / accounts:",
    ]
    lines += [f"  {one.username:<{width}}  {one.what}" for one in sample.accounts]
    lines += ["", "Ctrl+C để dừng; dữ liệu đã nhập được giữ lại / Ctrl+C stops, entries are kept."]
    return "\n".join(lines)
