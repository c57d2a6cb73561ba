import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('reminders', '0001_initial'), ('reminders', '0002_addresses_are_confirmed')]

    initial = True

    dependencies = [
        ('people', '0001_squashed_0003_account_must_change_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True, verbose_name='dấu vân tay của liên kết')),
                ('issued_at', models.DateTimeField(verbose_name='tạo lúc')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_feed', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'lịch thời hạn',
                'verbose_name_plural': 'lịch thời hạn',
            },
        ),
        migrations.CreateModel(
            name='ConfirmedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='địa chỉ đã xác nhận')),
                ('confirmed_at', models.DateTimeField(verbose_name='xác nhận lúc')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmed_address', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'địa chỉ nhận nhắc việc',
                'verbose_name_plural': 'địa chỉ nhận nhắc việc',
            },
        ),
        migrations.CreateModel(
            name='MutedReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('self_review', 'nộp bản kiểm điểm'), ('meeting', 'dự hội nghị kiểm điểm'), ('action', 'việc khắc phục do mình chủ trì'), ('effect_check', 'kiểm tra hiệu quả khắc phục'), ('approval', 'việc chờ mình quyết định'), ('summary', 'tổng hợp đầu tuần về các đơn vị mình theo dõi')], max_length=12, verbose_name='loại nhắc việc')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'nhắc việc đã tắt',
                'verbose_name_plural': 'nhắc việc đã tắt',
                'constraints': [models.UniqueConstraint(fields=('account', 'kind'), name='reminder_muted_once')],
            },
        ),
        migrations.CreateModel(
            name='ReminderDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='ngày')),
                ('claimed_at', models.DateTimeField(verbose_name='bắt đầu gửi lúc')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='gửi lúc')),
                ('item_count', models.PositiveIntegerField(verbose_name='số việc')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'thư nhắc việc',
                'verbose_name_plural': 'thư nhắc việc',
                'constraints': [models.UniqueConstraint(fields=('account', 'day'), name='digest_once_a_day'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('sent_at__gte', models.F('claimed_at')), _connector='OR'), name='digest_sent_after_claimed')],
            },
        ),
    ]
