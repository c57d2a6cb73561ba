import django.db.models.deletion
import tusoi.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('files', '0001_initial'), ('files', '0002_initial'), ('files', '0003_scanned_and_deleted')]

    initial = True

    dependencies = [
        ('people', '0001_squashed_0003_account_must_change_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('content', models.FileField(blank=True, upload_to='%Y/%m/', verbose_name='tệp')),
                ('name', models.CharField(max_length=200, verbose_name='tên tệp')),
                ('media_type', models.CharField(max_length=100, verbose_name='kiểu')),
                ('size_bytes', models.BigIntegerField(verbose_name='kích thước')),
                ('sha256', models.CharField(max_length=64, verbose_name='dấu vân tay')),
                ('uploaded_at', models.DateTimeField(verbose_name='tải lên lúc')),
                ('state', models.CharField(choices=[('ready', 'sẵn sàng'), ('waiting', 'chờ kiểm tra mã độc'), ('quarantined', 'bị giữ lại vì nghi có mã độc'), ('deleted', 'đã xóa')], default='ready', max_length=12, verbose_name='trạng thái')),
                ('scanned_at', models.DateTimeField(blank=True, null=True, verbose_name='kiểm tra mã độc lúc')),
                ('deleted_at', models.DateTimeField(blank=True, null=True, verbose_name='xóa lúc')),
                ('deleted_reason', models.TextField(blank=True, verbose_name='lý do xóa')),
                ('deleted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người xóa')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người tải lên')),
            ],
            options={
                'verbose_name': 'tệp',
                'verbose_name_plural': 'tệp',
                'indexes': [models.Index(fields=['uploaded_by', 'uploaded_at'], name='file_uploader')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('deleted_at__isnull', False), ('deleted_by__isnull', False)), models.Q(('deleted_at__isnull', True), ('deleted_by__isnull', True)), _connector='OR'), name='file_deleted_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('content', ''), ('deleted_at__isnull', False), ('state', 'deleted'), models.Q(('deleted_reason', ''), _negated=True)), models.Q(models.Q(('state', 'deleted'), _negated=True), models.Q(('content', ''), _negated=True), ('deleted_at__isnull', True), ('deleted_reason', '')), _connector='OR'), name='file_deleted_has_reason')],
            },
        ),
    ]
