"""Give every plan that was issued with gaps a day, and say which gaps they were."""

import datetime as dt
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


YEAR = dt.timedelta(days=366)
OPEN = ["planned", "in_hand"]


def set_days(apps: Any, _schema_editor: Any) -> None:
    plans = apps.get_model("remediation", "RemediationPlan").objects.exclude(approval_note="")
    for plan in plans.iterator():
        plan.gaps_until = plan.approved_at.date() + YEAR
        plan.save(update_fields=["gaps_until"])


def name_gaps(apps: Any, _schema_editor: Any) -> None:
    """Name what still lacks of what was there when the plan was issued."""
    gap = apps.get_model("remediation", "PlanGap")
    plan_model = apps.get_model("remediation", "RemediationPlan")
    action_model = apps.get_model("remediation", "RemediationAction")
    told_model = apps.get_model("remediation", "FollowedShortcoming")
    for plan in plan_model.objects.filter(gaps_until__isnull=False).iterator():
        told = told_model.objects.filter(
            cycle=plan.cycle_id,
            unit=plan.unit_id,
            person=plan.person_id,
            recorded_at__lte=plan.approved_at,
        ).exclude(state="closed")
        actions = action_model.objects.filter(
            plan=plan, created_at__lte=plan.approved_at, state__in=OPEN
        )
        lacking = {
            "no_cause": told.filter(state="recorded"),
            "no_action": told.filter(has_action=False),
            "no_shortcoming": actions.filter(links__isnull=True),
            "no_owner": actions.filter(owner_person__isnull=True, owner_unit__isnull=True),
            "no_deadline": actions.filter(due_on__isnull=True),
            "no_measure": actions.filter(measure=""),
        }
        gap.objects.bulk_create(
            gap(
                plan=plan,
                kind=kind,
                **{"shortcoming" if rows.model is told_model else "action": row},
            )
            for kind, rows in lacking.items()
            for row in rows
        )


class Migration(migrations.Migration):

    dependencies = [
        ('cycles', '0001_squashed_0006_obligations_have_class_and_block'),
        ('people', '0001_squashed_0003_account_must_change_password'),
        ('remediation', '0008_a_plan_in_each_unit'),
        ('units', '0001_squashed_0002_accented_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('no_cause', 'chưa rõ nguyên nhân'), ('no_action', 'chưa có việc khắc phục'), ('no_shortcoming', 'hạn chế, khuyết điểm được khắc phục'), ('no_owner', 'nơi chủ trì'), ('no_deadline', 'thời hạn'), ('no_measure', 'thước đo kết quả')], max_length=16, verbose_name='điểm còn thiếu')),
            ],
            options={
                'verbose_name': 'điểm còn thiếu khi ban hành',
                'verbose_name_plural': 'các điểm còn thiếu khi ban hành',
            },
        ),
        migrations.AddField(
            model_name='remediationplan',
            name='gaps_until',
            field=models.DateField(blank=True, null=True, verbose_name='bổ sung chậm nhất ngày'),
        ),
        migrations.RunPython(set_days, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='remediationplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval_note', ''), ('gaps_until__isnull', True)), models.Q(models.Q(('approval_note', ''), _negated=True), ('gaps_until__isnull', False)), _connector='OR'), name='plan_note_has_day'),
        ),
        migrations.AddField(
            model_name='plangap',
            name='action',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='remediation.remediationaction', verbose_name='việc khắc phục'),
        ),
        migrations.AddField(
            model_name='plangap',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='remediation.remediationplan', verbose_name='kế hoạch'),
        ),
        migrations.AddField(
            model_name='plangap',
            name='shortcoming',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='remediation.followedshortcoming', verbose_name='hạn chế, khuyết điểm'),
        ),
        migrations.AddConstraint(
            model_name='plangap',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__isnull', True), ('kind__in', ('no_cause', 'no_action')), ('shortcoming__isnull', False)), models.Q(models.Q(('kind__in', ('no_cause', 'no_action')), _negated=True), ('action__isnull', False), ('shortcoming__isnull', True)), _connector='OR'), name='plan_gap_is_about_one'),
        ),
        migrations.AddConstraint(
            model_name='plangap',
            constraint=models.UniqueConstraint(condition=models.Q(('shortcoming__isnull', False)), fields=('plan', 'kind', 'shortcoming'), name='plan_gap_of_shortcoming_once'),
        ),
        migrations.AddConstraint(
            model_name='plangap',
            constraint=models.UniqueConstraint(condition=models.Q(('action__isnull', False)), fields=('plan', 'kind', 'action'), name='plan_gap_of_action_once'),
        ),
        # Rows last: no table is altered after they came in.
        migrations.RunPython(name_gaps, migrations.RunPython.noop),
    ]
