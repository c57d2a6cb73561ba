"""Short words that people read off paper and type: no accents, none that sounds like another.

Every word is one syllable of plain letters, so that it is spelled the same on every keyboard.
Nothing here is rude with any accent that a reader may put on it. Changing the list is harmless:
what was made from it is compared as text.
"""

from typing import Final


_LINES: Final = """
an anh ao ba bac bai ban banh bao bay be ben beo bia biec bien binh bong bun
ca cam can canh cao cau cay chai cham chan chanh chao chau chay chen chia chieu chin chum
chuong co com con cong cua cung da dan danh dao dau day den dep dia diem dien dinh
do doi dua duong duyen em en ga gac gan ganh gao gia giai giang gio gion giu go
goi gom gon gui ha hai ham han hang hanh hao hat hau hep hien hieu hoa hoai hoan hoang
hoi hong hop hue huong huu huy ke kem ken keo khai khang khanh khao khe kheo khieu khoa khoai
khoe khung kia kien kieu kim kinh la lai lam lan lang lanh le len leo lieu linh lo loa loan
long lua luc lung luu luyen ly mai man mang manh mat mau may men mi mien minh mo moc moi
mua muoi muon nam nan nang nao nem nen ngan ngay nghe nghi nghia ngoan ngoc ngon nha nhac nhan
nhanh nhat nhe nhien nho nhung niem ninh noi non nong nui nuoc oai on phat phi phong phu
phuc phung phuoc phuong qua quai quan quang quanh que quy quyen quynh ra rao rau ren reo rong
ru rua rung ruoc ruong sa sach sai sam san sang sao sau sen seo si sinh so soi som son song
suoi sung suong ta tai tam tan tao tau tay te tem ten thach thai tham than thanh thao thau
the them then thi thien thieu thinh tho thoa thoi thom thong thu thua thuan thuc thuy thuyen
ti tia tien tim tin tinh to toa toan tom tra trai tram tran trang tranh trau tre trieu trinh
tro trong tru trua truc trung truyen tu tua tuan tui tung tuoi tuong tuyen tuyet ve ven vi via
viec vien viet vinh vo voi von vong vu vua vui vun vung vuon vuong xa xanh xao xe xinh xoai
xom xon xua xuan xuong yen yeu
"""
WORDS: Final = tuple(sorted(set(_LINES.split())))
