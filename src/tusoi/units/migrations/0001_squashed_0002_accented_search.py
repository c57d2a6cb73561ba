import django.db.models.deletion
import tusoi.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('units', '0001_initial'), ('units', '0002_accented_search')]

    initial = True

    dependencies = [
        ('people', '0001_squashed_0003_account_must_change_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='LeadershipCollective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='mã tập thể')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('sort_key', models.CharField(max_length=600, verbose_name='khóa xếp thứ tự')),
                ('peer_group', models.CharField(blank=True, max_length=80, verbose_name='nhóm tương đồng')),
                ('established_on', models.DateField(verbose_name='ngày thành lập')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='ngày kết thúc hoạt động')),
                ('is_sample', models.BooleanField(default=False, verbose_name='dữ liệu mẫu')),
            ],
            options={
                'verbose_name': 'tập thể lãnh đạo, quản lý',
                'verbose_name_plural': 'tập thể lãnh đạo, quản lý',
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='mã đơn vị')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('sort_key', models.CharField(db_index=True, max_length=600, verbose_name='khóa xếp thứ tự')),
                ('search_key', models.CharField(db_index=True, max_length=220, verbose_name='khóa tìm kiếm')),
                ('accented_key', models.CharField(blank=True, max_length=220, verbose_name='khóa tìm có dấu')),
                ('kind', models.CharField(choices=[('central', 'trung ương'), ('province', 'đảng bộ tỉnh, thành phố'), ('district', 'đảng bộ quận, huyện và tương đương'), ('superior', 'đảng bộ cấp trên trực tiếp cơ sở'), ('grassroots_organization', 'đảng bộ cơ sở'), ('grassroots_cell', 'chi bộ cơ sở'), ('section', 'đảng bộ bộ phận'), ('cell', 'chi bộ trực thuộc'), ('cell_group', 'tổ đảng')], max_length=24, verbose_name='loại')),
                ('sector', models.CharField(choices=[('locality', 'xã, phường, thị trấn'), ('residential', 'khu vực, ấp, tổ dân phố'), ('agency', 'cơ quan'), ('public_service', 'đơn vị sự nghiệp'), ('enterprise', 'doanh nghiệp'), ('armed_forces', 'lực lượng vũ trang'), ('other', 'khác')], default='other', max_length=16, verbose_name='loại hình')),
                ('established_on', models.DateField(verbose_name='ngày thành lập')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='ngày kết thúc hoạt động')),
                ('is_sample', models.BooleanField(default=False, verbose_name='dữ liệu mẫu')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.unit', verbose_name='tổ chức đảng cấp trên')),
            ],
            options={
                'verbose_name': 'tổ chức đảng',
                'verbose_name_plural': 'tổ chức đảng',
                'indexes': [models.Index(fields=['parent', 'sort_key'], name='unit_children')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('closed_on__gte', models.F('established_on')), _connector='OR'), name='unit_closes_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.CharField(choices=[('secretary', 'bí thư'), ('deputy_secretary', 'phó bí thư'), ('standing_member', 'ủy viên ban thường vụ'), ('committee_member', 'cấp ủy viên'), ('head', 'người đứng đầu tập thể lãnh đạo, quản lý'), ('deputy_head', 'cấp phó của người đứng đầu'), ('leader', 'thành viên tập thể lãnh đạo, quản lý')], max_length=20, verbose_name='chức vụ')),
                ('title', models.CharField(blank=True, max_length=160, verbose_name='tên chức vụ')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến trước ngày')),
                ('collective', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='units.leadershipcollective', verbose_name='tập thể lãnh đạo, quản lý')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='people.person', verbose_name='người')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='units.unit', verbose_name='tổ chức đảng')),
            ],
            options={
                'verbose_name': 'chức vụ',
                'verbose_name_plural': 'chức vụ',
                'indexes': [models.Index(fields=['unit', 'valid_to'], name='post_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='post_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('official', 'sinh hoạt chính thức'), ('temporary', 'sinh hoạt tạm thời')], default='official', max_length=12, verbose_name='loại')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến trước ngày')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.partymember', verbose_name='đảng viên')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='units.unit', verbose_name='chi bộ')),
            ],
            options={
                'verbose_name': 'nơi sinh hoạt',
                'verbose_name_plural': 'nơi sinh hoạt',
                'indexes': [models.Index(fields=['unit', 'valid_to'], name='membership_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='membership_ends_after_start'), models.UniqueConstraint(condition=models.Q(('kind', 'official'), ('valid_to__isnull', True)), fields=('member',), name='membership_one_official')],
            },
        ),
        migrations.AddField(
            model_name='leadershipcollective',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collectives', to='units.unit', verbose_name='tổ chức đảng'),
        ),
        migrations.CreateModel(
            name='Discipline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reprimand', 'khiển trách'), ('warning', 'cảnh cáo'), ('dismissal', 'cách chức'), ('expulsion', 'khai trừ'), ('dissolution', 'giải tán')], max_length=12, verbose_name='hình thức')),
                ('decided_on', models.DateField(verbose_name='ngày quyết định')),
                ('is_duty_related', models.BooleanField(default=False, verbose_name='liên quan chức trách, nhiệm vụ')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disciplines', to='people.partymember', verbose_name='đảng viên')),
                ('arose_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='nơi xảy ra vi phạm')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disciplines', to='units.unit', verbose_name='tổ chức đảng bị kỷ luật')),
            ],
            options={
                'verbose_name': 'kỷ luật',
                'verbose_name_plural': 'kỷ luật',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('unit__isnull', True)), models.Q(('member__isnull', True), ('unit__isnull', False)), _connector='OR'), name='discipline_of_member_or_unit')],
            },
        ),
        migrations.CreateModel(
            name='Commendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('certificate', 'giấy khen'), ('merit', 'bằng khen'), ('badge', 'huy hiệu đảng'), ('other', 'hình thức khác')], max_length=12, verbose_name='hình thức')),
                ('decided_on', models.DateField(verbose_name='ngày quyết định')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='thành tích')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commendations', to='people.partymember', verbose_name='đảng viên')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='commendations', to='units.unit', verbose_name='tổ chức đảng được khen')),
            ],
            options={
                'verbose_name': 'khen thưởng',
                'verbose_name_plural': 'khen thưởng',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('member__isnull', False), ('unit__isnull', True)), models.Q(('member__isnull', True), ('unit__isnull', False)), _connector='OR'), name='commendation_of_member_or_unit')],
            },
        ),
        migrations.CreateModel(
            name='UnitChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('found', 'thành lập'), ('rename', 'đổi tên'), ('move', 'chuyển tổ chức đảng cấp trên'), ('merge', 'sáp nhập, hợp nhất'), ('split', 'chia tách'), ('close', 'giải thể')], max_length=8, verbose_name='loại')),
                ('effective_on', models.DateField(verbose_name='có hiệu lực từ')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản')),
                ('note', models.TextField(blank=True, verbose_name='ghi chú')),
                ('changed_at', models.DateTimeField(verbose_name='ghi lúc')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người ghi')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='changes_as_other', to='units.unit', verbose_name='tổ chức đảng liên quan')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='units.unit', verbose_name='tổ chức đảng')),
            ],
            options={
                'verbose_name': 'thay đổi tổ chức',
                'verbose_name_plural': 'thay đổi tổ chức',
            },
        ),
        migrations.CreateModel(
            name='UnitClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depth', models.PositiveSmallIntegerField(verbose_name='số bậc')),
                ('ancestor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='below', to='units.unit', verbose_name='cấp trên')),
                ('descendant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='above', to='units.unit', verbose_name='cấp dưới')),
            ],
            options={
                'verbose_name': 'quan hệ trên dưới',
                'verbose_name_plural': 'quan hệ trên dưới',
                'constraints': [models.UniqueConstraint(fields=('ancestor', 'descendant'), name='closure_pair')],
            },
        ),
        migrations.CreateModel(
            name='UnitName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến trước ngày')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='names', to='units.unit', verbose_name='tổ chức đảng')),
            ],
            options={
                'verbose_name': 'tên qua các thời kỳ',
                'verbose_name_plural': 'tên qua các thời kỳ',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='unit_name_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='UnitParentage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến trước ngày')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='tổ chức đảng cấp trên')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parentages', to='units.unit', verbose_name='tổ chức đảng')),
            ],
            options={
                'verbose_name': 'quan hệ trực thuộc',
                'verbose_name_plural': 'quan hệ trực thuộc',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='parentage_ends_after_start'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('unit',), name='parentage_one_current'), models.CheckConstraint(condition=models.Q(('unit', models.F('parent')), _negated=True), name='parentage_not_its_own_parent')],
            },
        ),
    ]
