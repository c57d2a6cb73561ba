import django.db.models.deletion
import django.db.models.expressions
import tusoi.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ballots', '0001_initial'), ('ballots', '0002_initial'), ('ballots', '0003_initial'), ('ballots', '0004_voters_and_two_person_void'), ('ballots', '0005_polls'), ('ballots', '0006_rounds_end')]

    initial = True

    dependencies = [
        ('cycles', '0001_squashed_0006_obligations_have_class_and_block'),
        ('meetings', '0001_squashed_0005_documents'),
        ('people', '0001_squashed_0003_account_must_change_password'),
    ]

    operations = [
        migrations.CreateModel(
            name='Poll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tusoi.core.models.new_public_id, editable=False, max_length=12, unique=True, verbose_name='mã công khai')),
                ('number', models.PositiveSmallIntegerField(verbose_name='lần bỏ phiếu')),
                ('mode', models.CharField(choices=[('paper', 'phiếu giấy'), ('drawn_code', 'phiếu bốc mã')], default='paper', max_length=12, verbose_name='cách bỏ phiếu')),
                ('state', models.CharField(choices=[('prepared', 'đang chuẩn bị'), ('rehearsing', 'đang bỏ phiếu thử'), ('open', 'đang bỏ phiếu'), ('closed', 'đã đóng, đang kiểm phiếu'), ('counted', 'đã kiểm phiếu, chờ ký biên bản'), ('signed', 'đã ký biên bản kiểm phiếu'), ('void', 'đã hủy')], default='prepared', max_length=12, verbose_name='trạng thái')),
                ('entitled_count', models.PositiveIntegerField(default=0, verbose_name='số người được triệu tập có quyền biểu quyết, trừ người vắng có lý do')),
                ('voter_count', models.PositiveIntegerField(default=0, verbose_name='số người có mặt được biểu quyết')),
                ('paper_count', models.PositiveIntegerField(default=0, verbose_name='số phiếu giấy trong lần bốc mã')),
                ('pass_rule', models.CharField(choices=[('more-than-half', 'trên một nửa'), ('two-thirds', 'từ hai phần ba trở lên')], default='more-than-half', max_length=16, verbose_name='tỷ lệ phiếu')),
                ('base_rule', models.CharField(choices=[('members', 'số người được triệu tập có quyền biểu quyết, trừ người vắng có lý do'), ('present', 'số người có mặt được biểu quyết'), ('returned', 'số phiếu thu về')], default='returned', max_length=10, verbose_name='tổng số để tính tỷ lệ')),
                ('tie_rule', models.CharField(choices=[('none', 'không đề nghị mức nào'), ('lower', 'đề nghị mức thấp hơn')], default='none', max_length=8, verbose_name='khi bằng phiếu')),
                ('config_digest', models.CharField(blank=True, max_length=40, verbose_name='mã kiểm tra nội dung phiếu')),
                ('urn_digest', models.CharField(blank=True, max_length=40, verbose_name='mã kiểm tra hòm phiếu')),
                ('spare_count', models.PositiveSmallIntegerField(default=0, verbose_name='số phiếu dự phòng')),
                ('spoiled_count', models.PositiveSmallIntegerField(default=0, verbose_name='số phiếu hỏng, đổi')),
                ('issued_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='phiếu phát ra')),
                ('returned_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='phiếu thu về')),
                ('prepared_at', models.DateTimeField(verbose_name='lập lúc')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='mở lúc')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='đóng lúc')),
                ('counted_at', models.DateTimeField(blank=True, null=True, verbose_name='kiểm xong lúc')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='ký lúc')),
                ('signers', models.JSONField(blank=True, default=list, verbose_name='người ký biên bản kiểm phiếu')),
                ('spares_asked_at', models.DateTimeField(null=True, verbose_name='đề nghị dùng phiếu dự phòng lúc')),
                ('spares_active_at', models.DateTimeField(null=True, verbose_name='dùng phiếu dự phòng từ lúc')),
                ('void_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='đề nghị hủy lúc')),
                ('voided_at', models.DateTimeField(blank=True, null=True, verbose_name='hủy lúc')),
                ('void_reason', models.TextField(blank=True, verbose_name='lý do hủy')),
                ('key_destroyed_at', models.DateTimeField(blank=True, null=True, verbose_name='hủy khóa lúc')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đóng')),
                ('counted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người kiểm xong')),
                ('key_destroyed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người hủy khóa')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='polls', to='meetings.reviewmeeting', verbose_name='hội nghị')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người mở')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người lập')),
                ('repeats', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='ballots.poll', verbose_name='làm lại lần bỏ phiếu đã hủy')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người ghi việc ký')),
                ('spares_active_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đồng ý dùng phiếu dự phòng')),
                ('spares_asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị dùng phiếu dự phòng')),
                ('void_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị hủy')),
                ('voided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người hủy')),
            ],
            options={
                'verbose_name': 'lần bỏ phiếu',
                'verbose_name_plural': 'các lần bỏ phiếu',
                'constraints': [models.UniqueConstraint(fields=('meeting', 'number'), name='poll_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', False), ('opened_by__isnull', False)), models.Q(('opened_at__isnull', True), ('opened_by__isnull', True)), _connector='OR'), name='poll_opened_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), _connector='OR'), name='poll_closed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('counted_at__isnull', False), ('counted_by__isnull', False)), models.Q(('counted_at__isnull', True), ('counted_by__isnull', True)), _connector='OR'), name='poll_counted_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), _connector='OR'), name='poll_signed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('spares_asked_at__isnull', False), ('spares_asked_by__isnull', False)), models.Q(('spares_asked_at__isnull', True), ('spares_asked_by__isnull', True)), _connector='OR'), name='poll_spares_asked_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('spares_active_at__isnull', False), ('spares_active_by__isnull', False)), models.Q(('spares_active_at__isnull', True), ('spares_active_by__isnull', True)), _connector='OR'), name='poll_spares_active_at_by'), models.CheckConstraint(condition=models.Q(('spares_active_by__isnull', True), models.Q(('spares_active_by', models.F('spares_asked_by')), _negated=True), _connector='OR'), name='poll_spares_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('key_destroyed_at__isnull', False), ('key_destroyed_by__isnull', False)), models.Q(('key_destroyed_at__isnull', True), ('key_destroyed_by__isnull', True)), _connector='OR'), name='poll_key_destroyed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('voided_at__isnull', False), ('voided_by__isnull', False)), models.Q(('voided_at__isnull', True), ('voided_by__isnull', True)), _connector='OR'), name='poll_voided_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', True), ('state__in', ['prepared', 'rehearsing'])), models.Q(models.Q(('state__in', ['prepared', 'rehearsing']), _negated=True), ('opened_at__isnull', False)), _connector='OR'), name='poll_opened_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ['closed', 'counted', 'signed'])), models.Q(('closed_at__isnull', True), ('state__in', ['prepared', 'rehearsing', 'open'])), ('state', 'void'), _connector='OR'), name='poll_closed_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('counted_at__isnull', False), ('issued_count__isnull', False), ('returned_count__isnull', False), ('state__in', ['counted', 'signed'])), models.Q(('counted_at__isnull', True), ('issued_count__isnull', True), ('returned_count__isnull', True), models.Q(('state__in', ['counted', 'signed']), _negated=True)), ('state', 'void'), _connector='OR'), name='poll_counted_has_totals'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('state', 'signed')), models.Q(models.Q(('state__in', ['signed', 'void']), _negated=True), ('signed_at__isnull', True)), ('state', 'void'), _connector='OR'), name='poll_signed_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('void_asked_at__isnull', True), ('void_asked_by__isnull', True)), models.Q(('void_asked_at__isnull', False), ('void_asked_by__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='poll_void_asked_at_by'), models.CheckConstraint(condition=models.Q(('voided_by__isnull', True), models.Q(('voided_by', models.F('void_asked_by')), _negated=True), _connector='OR'), name='poll_void_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), ('voided_at__isnull', False), models.Q(('void_reason', ''), _negated=True)), models.Q(models.Q(('state', 'void'), _negated=True), ('voided_at__isnull', True)), _connector='OR'), name='poll_void_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='PollRoster',
            fields=[
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='roster', serialize=False, to='ballots.poll', verbose_name='lần bỏ phiếu')),
                ('entitled', models.JSONField(verbose_name='được triệu tập có quyền biểu quyết')),
                ('present', models.JSONField(verbose_name='có mặt được biểu quyết')),
                ('tellers', models.JSONField(verbose_name='người kiểm phiếu')),
                ('chair', models.PositiveBigIntegerField(verbose_name='chủ trì')),
                ('issued', models.JSONField(default=list, verbose_name='đã nhận phiếu')),
            ],
            options={
                'verbose_name': 'danh sách bỏ phiếu',
                'verbose_name_plural': 'các danh sách bỏ phiếu',
            },
        ),
        migrations.CreateModel(
            name='Urn',
            fields=[
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='urn', serialize=False, to='ballots.poll', verbose_name='lần bỏ phiếu')),
                ('public_key', models.BinaryField(verbose_name='khóa niêm phong')),
                ('sealed', models.BinaryField(default=bytes, verbose_name='phiếu đã niêm phong')),
                ('sealed_size', models.PositiveIntegerField(verbose_name='độ dài một phiếu đã niêm phong')),
                ('ballot_count', models.PositiveIntegerField(default=0, verbose_name='số phiếu trong hòm')),
                ('free_codes', models.BinaryField(default=bytes, verbose_name='mã chưa dùng')),
                ('spare_codes', models.BinaryField(default=bytes, verbose_name='mã dự phòng')),
                ('void_codes', models.BinaryField(default=bytes, verbose_name='mã đã hủy')),
                ('burnt_codes', models.BinaryField(default=bytes, verbose_name='mã đã dùng')),
            ],
            options={
                'verbose_name': 'hòm phiếu',
                'verbose_name_plural': 'các hòm phiếu',
            },
        ),
        migrations.CreateModel(
            name='UrnKey',
            fields=[
                ('poll', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='key', serialize=False, to='ballots.poll', verbose_name='lần bỏ phiếu')),
                ('wrapped', models.TextField(verbose_name='khóa mở hòm đã niêm phong')),
                ('code_secret', models.BinaryField(verbose_name='khóa băm mã phiếu')),
                ('holders', models.JSONField(verbose_name='người giữ từ khóa')),
                ('wrong_count', models.PositiveSmallIntegerField(default=0, verbose_name='số lần mở sai')),
            ],
            options={
                'verbose_name': 'khóa hòm phiếu',
                'verbose_name_plural': 'các khóa hòm phiếu',
            },
        ),
        migrations.CreateModel(
            name='PollQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='thứ tự')),
                ('kind', models.CharField(choices=[('level', 'mức xếp loại'), ('yes_no', 'đồng ý hay không đồng ý'), ('choose', 'chọn trong danh sách')], max_length=8, verbose_name='loại câu hỏi')),
                ('text', models.CharField(max_length=300, verbose_name='câu hỏi')),
                ('options', models.JSONField(verbose_name='phương án')),
                ('most_choices', models.PositiveSmallIntegerField(default=1, verbose_name='chọn nhiều nhất')),
                ('result', models.JSONField(blank=True, null=True, verbose_name='kết quả')),
                ('obligation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='cycles.obligation', verbose_name='hồ sơ')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='ballots.poll', verbose_name='lần bỏ phiếu')),
            ],
            options={
                'verbose_name': 'câu hỏi trên phiếu',
                'verbose_name_plural': 'các câu hỏi trên phiếu',
                'constraints': [models.UniqueConstraint(fields=('poll', 'position'), name='question_position_once'), models.UniqueConstraint(fields=('poll', 'obligation'), name='question_subject_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'level'), ('obligation__isnull', False)), models.Q(models.Q(('kind', 'level'), _negated=True), ('obligation__isnull', True)), _connector='OR'), name='question_level_has_subject'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'choose'), ('most_choices__gte', 1)), ('most_choices', 1), _connector='OR'), name='question_most_choices')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.PositiveSmallIntegerField(verbose_name='lần nhập')),
                ('issued_count', models.PositiveIntegerField(verbose_name='phiếu phát ra')),
                ('returned_count', models.PositiveIntegerField(verbose_name='phiếu giấy thu về')),
                ('slip_count', models.PositiveIntegerField(verbose_name='phiếu mã đã dùng trong hòm')),
                ('unused_count', models.PositiveIntegerField(verbose_name='phiếu mã trả lại chưa dùng')),
                ('counts', models.JSONField(default=dict, verbose_name='số phiếu theo phương án')),
                ('correction_count', models.PositiveSmallIntegerField(default=0, verbose_name='số lần nhập lại')),
                ('entered_at', models.DateTimeField(verbose_name='nhập lúc')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người nhập')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='ballots.poll', verbose_name='lần bỏ phiếu')),
            ],
            options={
                'verbose_name': 'kết quả kiểm phiếu',
                'verbose_name_plural': 'kết quả kiểm phiếu',
                'constraints': [models.UniqueConstraint(fields=('poll', 'entry'), name='tally_poll_entry_once'), models.UniqueConstraint(fields=('poll', 'entered_by'), name='tally_poll_two_people'), models.CheckConstraint(condition=models.Q(('entry__in', [1, 2])), name='tally_poll_entry_one_or_two'), models.CheckConstraint(condition=models.Q(('issued_count__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('returned_count'), '+', models.F('slip_count')), '+', models.F('unused_count')))), name='tally_out_of_the_box_le_issued')],
            },
        ),
    ]
