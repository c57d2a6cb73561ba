import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('access', '0001_initial'), ('access', '0002_initial')]

    initial = True

    dependencies = [
        ('people', '0001_squashed_0003_account_must_change_password'),
        ('units', '0001_squashed_0002_accented_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('member', 'đảng viên'), ('cell_committee', 'bí thư, chi ủy chi bộ'), ('committee_officer', 'cán bộ giúp việc cấp ủy'), ('organization_board', 'ban tổ chức'), ('deciding_authority', 'cấp có thẩm quyền quyết định'), ('inspector', 'ủy ban kiểm tra'), ('administrator', 'quản trị hệ thống')], max_length=20, verbose_name='vai trò')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('granted_at', models.DateTimeField(verbose_name='giao lúc')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='thu hồi lúc')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người giao')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thu hồi')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='units.unit', verbose_name='tổ chức đảng')),
            ],
            options={
                'verbose_name': 'vai trò được giao',
                'verbose_name_plural': 'vai trò được giao',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='grant_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), _connector='OR'), name='grant_revoked_at_by')],
            },
        ),
    ]
