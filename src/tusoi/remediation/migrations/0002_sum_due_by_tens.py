from django.db import migrations


# The sums by ten days and by the first nine months are those of the days, taken together.
_ADD = """
    INSERT INTO remediation_remedydue
        (cycle_id, unit_id, counted, span, period, topic, of_person, open)
    SELECT d.cycle_id, d.unit_id, d.counted, s.n, SUBSTR(d.period, 1, s.n), d.topic,
           d.of_person, SUM(d.open)
    FROM remediation_remedydue d
    CROSS JOIN (SELECT 6 AS n UNION ALL SELECT 9 AS n) s
    WHERE d.span = 10
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_TAKE_AWAY = "DELETE FROM remediation_remedydue WHERE span IN (6, 9)"


class Migration(migrations.Migration):
    dependencies = [("remediation", "0001_squashed_0007_sum_due_in_the_index")]

    operations = [migrations.RunSQL(_ADD, _TAKE_AWAY)]
