import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ratings', '0001_initial'), ('ratings', '0002_withdrawn_steps_and_longer_groups'), ('ratings', '0003_record_outcome_and_rating_again'), ('ratings', '0004_quota_grants'), ('ratings', '0005_record_rests_on_a_question')]

    initial = True

    dependencies = [
        ('ballots', '0001_squashed_0006_rounds_end'),
        ('cycles', '0001_squashed_0006_obligations_have_class_and_block'),
        ('people', '0001_squashed_0003_account_must_change_password'),
        ('units', '0001_squashed_0002_accented_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('self', 'tự xếp loại'), ('proposed', 'đề xuất'), ('appraised', 'thẩm định'), ('decided', 'quyết định')], max_length=10, verbose_name='bước')),
                ('level_id', models.CharField(max_length=40, verbose_name='mức xếp loại')),
                ('quota_group', models.CharField(max_length=200, verbose_name='nhóm tính tỷ lệ')),
                ('deciding_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='units.unit', verbose_name='cấp có thẩm quyền')),
                ('obligation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rating', to='cycles.obligation', verbose_name='hồ sơ')),
            ],
            options={
                'verbose_name': 'xếp loại',
                'verbose_name_plural': 'xếp loại',
                'indexes': [models.Index(fields=['deciding_unit', 'quota_group'], name='rating_quota')],
            },
        ),
        migrations.CreateModel(
            name='RatingRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('self', 'tự xếp loại'), ('proposed', 'đề xuất'), ('appraised', 'thẩm định'), ('decided', 'quyết định')], max_length=10, verbose_name='bước')),
                ('level_id', models.CharField(max_length=40, verbose_name='mức xếp loại')),
                ('reasons', models.TextField(blank=True, verbose_name='lý do')),
                ('is_override', models.BooleanField(default=False, verbose_name='khác mức quy tắc cho phép')),
                ('facts', models.JSONField(default=dict, verbose_name='dữ kiện')),
                ('findings', models.JSONField(default=list, verbose_name='căn cứ')),
                ('lifted', models.JSONField(default=list, verbose_name='quy tắc được xem xét lại')),
                ('outcome', models.JSONField(default=dict, verbose_name='kết quả đối chiếu quy tắc')),
                ('rulebook_fingerprint', models.CharField(blank=True, max_length=64, verbose_name='mã băm của bộ quy tắc')),
                ('again_rule', models.CharField(blank=True, max_length=80, verbose_name='căn cứ xếp loại lại')),
                ('again_grounds', models.TextField(blank=True, verbose_name='lý do xếp loại lại')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản quyết định')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='rút lại lúc')),
                ('withdrawn_reason', models.TextField(blank=True, verbose_name='lý do rút lại')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thực hiện')),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ballots.pollquestion', verbose_name='lần bỏ phiếu')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='ratings.rating', verbose_name='xếp loại')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='tổ chức đảng thực hiện')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người rút lại')),
            ],
            options={
                'verbose_name': 'bước xếp loại',
                'verbose_name_plural': 'các bước xếp loại',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('again_grounds', ''), ('again_rule', '')), models.Q(('step', 'decided'), models.Q(('again_rule', ''), _negated=True), models.Q(('again_grounds', ''), _negated=True)), _connector='OR'), name='rating_again_has_rule_and_grounds'), models.CheckConstraint(condition=models.Q(('is_override', False), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='override_has_reasons'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='rating_withdrawn_at_by_why')],
            },
        ),
        migrations.CreateModel(
            name='QuotaGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quota_group', models.CharField(max_length=200, verbose_name='nhóm tính tỷ lệ')),
                ('grounds', models.TextField(verbose_name='căn cứ cho áp dụng')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản cho áp dụng')),
                ('granted_at', models.DateTimeField(verbose_name='cho áp dụng lúc')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='thôi áp dụng lúc')),
                ('withdrawn_reason', models.TextField(blank=True, verbose_name='lý do thôi áp dụng')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quota_grants', to='cycles.reviewcycle', verbose_name='đợt kiểm điểm')),
                ('deciding_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='cấp có thẩm quyền')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người ghi')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người thôi áp dụng')),
            ],
            options={
                'verbose_name': 'cho áp dụng tỷ lệ cao hơn',
                'verbose_name_plural': 'cho áp dụng tỷ lệ cao hơn',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('cycle', 'deciding_unit', 'quota_group'), name='one_quota_grant_in_force'), models.CheckConstraint(condition=models.Q(('grounds', ''), _negated=True), name='quota_grant_has_grounds'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='quota_grant_withdrawn_at_by_why')],
            },
        ),
    ]
