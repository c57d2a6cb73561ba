import django.db.models.deletion
import tusoi.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('imports', '0001_initial'), ('imports', '0002_rows_are_searched')]

    initial = True

    dependencies = [
        ('people', '0001_squashed_0003_account_must_change_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('file_name', models.CharField(max_length=200, verbose_name='tên tệp')),
                ('size_bytes', models.PositiveIntegerField(verbose_name='kích thước')),
                ('sha256', models.CharField(max_length=64, verbose_name='dấu vân tay')),
                ('content', models.BinaryField(null=True, verbose_name='nội dung')),
                ('state', models.CharField(choices=[('refused', 'có lỗi phải sửa'), ('previewed', 'chờ xác nhận'), ('applied', 'đã nhập'), ('discarded', 'đã bỏ')], max_length=12, verbose_name='tình trạng')),
                ('effective_on', models.DateField(verbose_name='ngày nhập')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='dấu kế hoạch')),
                ('counts', models.JSONField(default=dict, verbose_name='số dòng')),
                ('problem_count', models.PositiveIntegerField(default=0, verbose_name='số lỗi')),
                ('note_count', models.PositiveIntegerField(default=0, verbose_name='số ghi chú')),
                ('uploaded_at', models.DateTimeField(verbose_name='tải lên lúc')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='nhập lúc')),
                ('discarded_at', models.DateTimeField(null=True, verbose_name='bỏ lúc')),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người nhập')),
                ('discarded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người bỏ')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người tải lên')),
            ],
            options={
                'verbose_name': 'lần nhập danh sách',
                'verbose_name_plural': 'lần nhập danh sách',
                'indexes': [models.Index(fields=['uploaded_by', '-id'], name='batch_uploader')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), models.Q(('applied_at__isnull', True), ('applied_by__isnull', True)), _connector='OR'), name='batch_applied_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False)), models.Q(('discarded_at__isnull', True), ('discarded_by__isnull', True)), _connector='OR'), name='batch_discarded_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at__isnull', True)), _connector='OR'), name='batch_state_applied'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at__isnull', False), ('state', 'discarded')), models.Q(models.Q(('state', 'discarded'), _negated=True), ('discarded_at__isnull', True)), _connector='OR'), name='batch_state_discarded')],
            },
        ),
        migrations.CreateModel(
            name='ImportRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_problem', models.BooleanField(verbose_name='là lỗi')),
                ('finding', models.CharField(max_length=32, verbose_name='phát hiện')),
                ('sheet', models.CharField(max_length=64, verbose_name='trang tính')),
                ('row', models.PositiveIntegerField(null=True, verbose_name='dòng')),
                ('column', models.PositiveSmallIntegerField(null=True, verbose_name='cột')),
                ('values', models.JSONField(default=dict, verbose_name='giá trị')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='imports.importbatch', verbose_name='lần nhập danh sách')),
            ],
            options={
                'verbose_name': 'ghi chú trên tệp',
                'verbose_name_plural': 'ghi chú trên tệp',
                'indexes': [models.Index(fields=['batch', 'is_problem', 'finding', 'id'], name='import_remark_tab')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('unit', 'tổ chức đảng'), ('person', 'đảng viên')], max_length=8, verbose_name='đối tượng')),
                ('outcome', models.CharField(choices=[('added', 'mới'), ('changed', 'thay đổi'), ('unchanged', 'không đổi'), ('gone', 'không còn trong tệp')], max_length=12, verbose_name='kết quả so sánh')),
                ('sheet', models.CharField(blank=True, max_length=64, verbose_name='trang tính')),
                ('row', models.PositiveIntegerField(null=True, verbose_name='dòng')),
                ('code', models.CharField(max_length=32, verbose_name='mã')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('search_key', models.CharField(default='', max_length=260, verbose_name='khóa tìm kiếm')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='thuộc')),
                ('changes', models.JSONField(default=list, verbose_name='thay đổi')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importbatch', verbose_name='lần nhập danh sách')),
            ],
            options={
                'verbose_name': 'dòng xem trước',
                'verbose_name_plural': 'dòng xem trước',
                'indexes': [models.Index(fields=['batch', 'subject_kind', 'outcome', 'id'], name='import_row_tab')],
            },
        ),
    ]
