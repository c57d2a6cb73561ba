from typing import Any

from django.db import migrations


def tell_additions_apart(apps: Any, schema_editor: Any) -> None:
    """Adjustments from before the effect was kept: late joiners were added, the rest cancelled."""
    apps.get_model("cycles", "Adjustment").objects.filter(kind="late_joiner").update(
        effect="added"
    )


class Migration(migrations.Migration):
    dependencies = [("cycles", "0004_adjustments_say_what_they_did")]

    operations = [migrations.RunPython(tell_additions_apart, migrations.RunPython.noop)]
