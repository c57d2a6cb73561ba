from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.imports.reading.errors import FileTooLarge
from tusoi.imports.reading.raw import MAX_BYTES


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp danh sách"),
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) hoặc .csv, không quá 20 MB."),
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.xlsm"}),
    )

    def clean_file(self) -> Any:
        """Refuse by size before anything is read into memory."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(str(FileTooLarge.sentence))
        return file
