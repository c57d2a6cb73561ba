import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import tusoi.core.models
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('people', '0001_initial'), ('people', '0002_accented_search'), ('people', '0003_account_must_change_password')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='mã cá nhân')),
                ('full_name', models.CharField(max_length=120, verbose_name='họ và tên')),
                ('sort_key', models.CharField(db_index=True, max_length=400, verbose_name='khóa xếp thứ tự')),
                ('search_key', models.CharField(db_index=True, max_length=160, verbose_name='khóa tìm kiếm')),
                ('accented_key', models.CharField(blank=True, max_length=160, verbose_name='khóa tìm có dấu')),
                ('birth_on', models.DateField(blank=True, null=True, verbose_name='ngày sinh')),
                ('birth_year_only', models.BooleanField(default=False, verbose_name='chỉ biết năm sinh')),
                ('gender', models.CharField(choices=[('female', 'nữ'), ('male', 'nam'), ('unknown', 'chưa rõ')], default='unknown', max_length=8, verbose_name='giới tính')),
                ('ethnicity', models.CharField(blank=True, max_length=40, verbose_name='dân tộc')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='điện thoại')),
                ('occupation', models.CharField(blank=True, max_length=160, verbose_name='chức vụ, công việc')),
                ('is_civil_servant', models.BooleanField(default=False, verbose_name='là cán bộ, công chức, viên chức')),
                ('is_sample', models.BooleanField(default=False, verbose_name='dữ liệu mẫu')),
            ],
            options={
                'verbose_name': 'người',
                'verbose_name_plural': 'người',
            },
        ),
        migrations.CreateModel(
            name='PartyMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card_number', models.CharField(blank=True, max_length=20, verbose_name='số thẻ đảng viên')),
                ('admitted_on', models.DateField(verbose_name='ngày vào Đảng')),
                ('official_on', models.DateField(blank=True, null=True, verbose_name='ngày chính thức')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='ngày ra khỏi Đảng')),
                ('left_reason', models.CharField(blank=True, choices=[('died', 'từ trần'), ('resigned', 'xin ra khỏi Đảng'), ('removed', 'bị xóa tên'), ('expelled', 'bị khai trừ'), ('moved_away', 'chuyển sinh hoạt đi nơi khác')], max_length=16, null=True, verbose_name='lý do ra khỏi Đảng')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='party_member', to='people.person', verbose_name='người')),
            ],
            options={
                'verbose_name': 'đảng viên',
                'verbose_name_plural': 'đảng viên',
                'constraints': [models.CheckConstraint(condition=models.Q(('official_on__isnull', True), ('official_on__gte', models.F('admitted_on')), _connector='OR'), name='member_official_after_admitted'), models.CheckConstraint(condition=models.Q(models.Q(('left_on__isnull', False), ('left_reason__isnull', False)), models.Q(('left_on__isnull', True), ('left_reason__isnull', True)), _connector='OR'), name='member_left_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('is_system', models.BooleanField(default=False, verbose_name='tài khoản hệ thống')),
                ('is_sample', models.BooleanField(default=False, verbose_name='dữ liệu mẫu')),
                ('language', models.CharField(default='vi', max_length=5, verbose_name='ngôn ngữ')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='phải đổi mật khẩu')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to='people.person', verbose_name='người')),
            ],
            options={
                'verbose_name': 'tài khoản',
                'verbose_name_plural': 'tài khoản',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='MemberStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('exempt', 'được miễn công tác và sinh hoạt đảng'), ('suspended', 'bị đình chỉ sinh hoạt đảng'), ('committee_suspended', 'bị đình chỉ sinh hoạt cấp ủy'), ('sick_leave', 'nghỉ ốm'), ('maternity_leave', 'nghỉ thai sản')], max_length=24, verbose_name='loại')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='đến hết ngày')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='văn bản')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='people.partymember', verbose_name='đảng viên')),
            ],
            options={
                'verbose_name': 'tình trạng sinh hoạt',
                'verbose_name_plural': 'tình trạng sinh hoạt',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='standing_ends_after_start')],
            },
        ),
    ]
