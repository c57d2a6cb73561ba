"""The log in the words of its readers."""

import datetime as dt
from typing import Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import RoleKey
from tusoi.ballots.enums import PollState
from tusoi.cycles.enums import AdjustmentKind, CycleState
from tusoi.imports.enums import BatchState
from tusoi.meetings.enums import ItemState, MeetingState
from tusoi.people.enums import LeavingReason, StandingKind
from tusoi.ratings.enums import RatingStep
from tusoi.remediation.enums import ActionState, PlanState, ShortcomingState
from tusoi.reviews.enums import CommentSource, ReviewState
from tusoi.units.enums import CommendationKind, DisciplineKind, MembershipKind, Position


ACTIONS: Final[dict[str, Promise]] = {
    "units.found": _("thành lập"),
    "units.rename": _("đổi tên"),
    "units.move": _("chuyển tổ chức đảng cấp trên"),
    "units.merge": _("sáp nhập, hợp nhất"),
    "units.split": _("chia tách"),
    "units.close": _("giải thể"),
    "units.join": _("ghi nơi sinh hoạt"),
    "units.leave": _("kết thúc sinh hoạt tạm thời"),
    "units.transfer": _("chuyển sinh hoạt"),
    "units.appoint": _("ghi chức vụ"),
    "units.end_post": _("kết thúc chức vụ"),
    "units.found_collective": _("lập tập thể lãnh đạo, quản lý"),
    "units.close_collective": _("kết thúc tập thể lãnh đạo, quản lý"),
    "people.add": _("lập hồ sơ cá nhân"),
    "people.edit": _("sửa hồ sơ cá nhân"),
    "people.admit": _("lập hồ sơ đảng viên"),
    "people.edit_member": _("sửa hồ sơ đảng viên"),
    "people.leave": _("ghi ra khỏi Đảng"),
    "people.standing": _("ghi tình trạng sinh hoạt"),
    "people.end_standing": _("kết thúc tình trạng sinh hoạt"),
    "people.discipline": _("ghi kỷ luật"),
    "people.commendation": _("ghi khen thưởng"),
    "access.grant": _("giao vai trò"),
    "access.revoke": _("thu hồi vai trò"),
    "access.create_account": _("cấp tài khoản"),
    "access.reset_password": _("đặt lại mật khẩu"),
    "access.deactivate": _("khóa tài khoản"),
    "access.reactivate": _("mở lại tài khoản"),
    "access.choose_language": _("chọn ngôn ngữ"),
    "access.choose_email": _("đổi địa chỉ nhận nhắc việc"),
    "reminders.confirm_address": _("xác nhận địa chỉ nhận nhắc việc"),
    "reminders.choose_reminders": _("chọn loại nhắc việc"),
    "reminders.issue_feed": _("tạo liên kết lịch"),
    "reminders.renew_feed": _("tạo lại liên kết lịch"),
    "reminders.revoke_feed": _("hủy liên kết lịch"),
    "imports.preview": _("tải danh sách lên để xem trước"),
    "imports.apply": _("nhập danh sách"),
    "imports.discard": _("bỏ danh sách đã tải lên"),
    "cycles.create": _("lập đợt kiểm điểm"),
    "cycles.classify_obligation": _("xác định loại đối tượng, khối"),
    "cycles.edit": _("sửa đợt kiểm điểm"),
    "cycles.open": _("mở đợt kiểm điểm"),
    "cycles.close": _("kết thúc đợt kiểm điểm"),
    "cycles.acknowledge": _("xác nhận đã quán triệt chỉ đạo"),
    "cycles.add": _("bổ sung hồ sơ phải có"),
    "cycles.cancel": _("thôi tính hồ sơ"),
    "cycles.except": _("cho nộp sau thời hạn"),
    "reviews.start": _("bắt đầu viết bản kiểm điểm"),
    "reviews.draft": _("mở lại bản kiểm điểm để viết tiếp"),
    "reviews.completed": _("báo đã viết xong bản kiểm điểm"),
    "reviews.submitted": _("nộp bản kiểm điểm"),
    "reviews.returned": _("trả lại bản kiểm điểm"),
    "reviews.accepted": _("tiếp nhận bản kiểm điểm"),
    "reviews.prompt": _("gửi gợi ý kiểm điểm"),
    "reviews.withdraw_prompt": _("rút gợi ý kiểm điểm"),
    "reviews.attach_comment": _("đính kèm nhận xét"),
    "meetings.plan": _("lập hội nghị kiểm điểm"),
    "meetings.edit": _("sửa hội nghị kiểm điểm"),
    "meetings.open": _("khai mạc hội nghị"),
    "meetings.close": _("kết thúc hội nghị"),
    "meetings.cancel": _("hủy hội nghị"),
    "meetings.reopen": _("mở lại hội nghị"),
    "meetings.attendance": _("điểm danh"),
    "meetings.officers": _("ghi chủ trì, thư ký"),
    "meetings.invite": _("mời đại biểu"),
    "meetings.uninvite": _("bỏ tên đại biểu"),
    "meetings.remark": _("ghi ý kiến góp ý"),
    "meetings.remark_edit": _("sửa ý kiến góp ý"),
    "meetings.remark_delete": _("xóa ý kiến góp ý"),
    "meetings.conclude": _("kết luận kiểm điểm"),
    "meetings.postpone": _("chuyển nội dung sang lần họp sau"),
    "meetings.reopen_item": _("mở lại nội dung đã kết luận"),
    "ballots.prepare": _("chuẩn bị bỏ phiếu"),
    "ballots.change": _("sửa phiếu trước khi mở"),
    "ballots.discard": _("bỏ lần bỏ phiếu chưa mở"),
    "ballots.rehearse": _("bắt đầu bỏ phiếu thử"),
    "ballots.rehearse_end": _("kết thúc bỏ phiếu thử"),
    "ballots.open": _("mở bỏ phiếu"),
    "ballots.void_code": _("hủy mã của phiếu hỏng"),
    "ballots.spares_ask": _("đề nghị dùng phiếu dự phòng"),
    "ballots.spares": _("dùng phiếu dự phòng"),
    "ballots.close": _("đóng bỏ phiếu"),
    "ballots.enter": _("nhập số phiếu đã đếm"),
    "ballots.reenter": _("nhập lại số phiếu đã đếm"),
    "ballots.differ": _("hai lần nhập phiếu chưa khớp"),
    "ballots.agree": _("hai lần nhập phiếu đã khớp"),
    "ballots.withdraw": _("rút số phiếu đã nhập"),
    "ballots.wrong_words": _("nhập sai từ khóa mở hòm phiếu"),
    "ballots.unlock": _("mở khóa hòm phiếu để thử lại"),
    "ballots.count": _("kiểm phiếu xong"),
    "ballots.recount": _("kiểm lại, kết quả như biên bản"),
    "ballots.recount_differs": _("kiểm lại, kết quả khác biên bản"),
    "ballots.sign": _("ký biên bản kiểm phiếu"),
    "ballots.destroy_key": _("hủy khóa hòm phiếu"),
    "ballots.void_ask": _("đề nghị hủy lần bỏ phiếu"),
    "ballots.void_withdraw": _("không đồng ý hủy lần bỏ phiếu"),
    "ballots.void": _("hủy lần bỏ phiếu"),
    "ratings.propose": _("đề xuất mức xếp loại"),
    "ratings.appraise": _("thẩm định mức xếp loại"),
    "ratings.decide": _("quyết định mức xếp loại"),
    "ratings.rate_again": _("quyết định xếp loại lại"),
    "ratings.withdraw": _("rút lại một bước xếp loại"),
    "remediation.draft_plan": _("lập kế hoạch khắc phục"),
    "remediation.approve_plan": _("ban hành kế hoạch khắc phục"),
    "remediation.add_action": _("thêm việc khắc phục"),
    "remediation.edit_action": _("sửa việc khắc phục"),
    "remediation.note_progress": _("ghi kết quả khắc phục"),
    "remediation.finish_action": _("báo đã làm xong việc khắc phục"),
    "remediation.drop_action": _("thôi thực hiện việc khắc phục"),
    "remediation.reopen_action": _("mở lại việc khắc phục"),
    "remediation.settle_conflict": _("chọn bản khi sửa trùng việc khắc phục"),
    "remediation.tick_step": _("đánh dấu bước thực hiện"),
    "remediation.hand_over": _("bàn giao việc khắc phục"),
    "remediation.ask_extension": _("đề nghị gia hạn việc khắc phục"),
    "remediation.withdraw_extension": _("rút đề nghị gia hạn việc khắc phục"),
    "remediation.withdraw_acceptance": _("rút đề nghị tạm chấp nhận hạn chế"),
    "remediation.bind_shortcoming": _("nối hạn chế với bản kiểm điểm nêu lại"),
    "remediation.move_shortcoming": _("chuyển hạn chế theo hồ sơ được bàn giao"),
    "remediation.grant_extension": _("cho gia hạn việc khắc phục"),
    "remediation.refuse_extension": _("không cho gia hạn việc khắc phục"),
    "remediation.set_stages": _("đặt ngày bắt đầu và các mốc của kế hoạch"),
    "remediation.send_plan": _("gửi kế hoạch khắc phục lên cấp trên"),
    "remediation.return_plan": _("trả lại kế hoạch khắc phục"),
    "remediation.accept_plan": _("đồng ý với kế hoạch khắc phục"),
    "remediation.take_over_plan": _("tiếp nhận kế hoạch khắc phục"),
    "remediation.recorded": _("ghi nhận hạn chế, khuyết điểm"),
    "remediation.cause_analyzed": _("ghi nguyên nhân hạn chế, khuyết điểm"),
    "remediation.action_planned": _("hạn chế đã có việc khắc phục"),
    "remediation.in_hand": _("bắt đầu khắc phục hạn chế"),
    "remediation.done": _("làm xong các việc khắc phục hạn chế"),
    "remediation.effect_checked": _("kiểm tra hiệu quả khắc phục"),
    "remediation.not_effective": _("kết luận khắc phục chưa hiệu quả"),
    "remediation.closed": _("kết thúc theo dõi hạn chế"),
    "remediation.edit_shortcoming": _("sửa hạn chế được theo dõi"),
    "remediation.analyze_cause": _("sửa nguyên nhân hạn chế"),
    "remediation.erase_shortcoming": _("xóa hạn chế ghi nhầm"),
    "remediation.link_returned": _("nối hạn chế với kỳ trước"),
    "remediation.set_check_day": _("đặt ngày kiểm tra hiệu quả"),
    "remediation.ask_acceptance": _("đề nghị tạm chấp nhận hạn chế"),
    "remediation.grant_acceptance": _("tạm chấp nhận hạn chế"),
    "remediation.refuse_acceptance": _("không tạm chấp nhận hạn chế"),
    "remediation.revoke_acceptance": _("thu hồi việc tạm chấp nhận hạn chế"),
    "remediation.add_list_entry": _("thêm mục riêng của danh mục"),
    "remediation.end_list_entry": _("thôi dùng mục riêng của danh mục"),
}


def action_label(action: str) -> str:
    """Return what was done in words; an action of a room not listed here keeps its code."""
    return str(ACTIONS.get(action, action))


# The same word stands for other things in other rooms: "draft" is a cycle's state and a plan's.
_STATES: Final[dict[str, tuple[type[TextChoices], ...]]] = {
    "access": (RoleKey,),
    "people": (LeavingReason, StandingKind, CommendationKind, DisciplineKind),
    "units": (MembershipKind, Position, CommendationKind, DisciplineKind),
    "imports": (BatchState,),
    "cycles": (CycleState, AdjustmentKind),
    "reviews": (ReviewState, CommentSource),
    "meetings": (MeetingState, ItemState),
    "ballots": (PollState,),
    "ratings": (RatingStep,),
    "remediation": (PlanState, ActionState, ShortcomingState),
}
NOTHING: Final = "–"


def state_label(state: str, action: str) -> str:
    """Return a state of the log in words, a day as dd/mm/yyyy, anything else as it stands."""
    if not state:
        return NOTHING
    for states in _STATES.get(action.partition(".")[0], ()):
        if state in states.values:
            return str(states(state).label)
    try:
        return f"{dt.date.fromisoformat(state):%d/%m/%Y}"
    except ValueError:
        return state
