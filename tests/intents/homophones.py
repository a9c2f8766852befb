"""What is written for what was meant, because it sounds alike.

Chinese: what a pinyin keyboard offers for the same syllable, whatever its tone, or for one that the
south says alike (z/zh, n/ng). English: words as they are heard. What was meant is on the left.
"""

_CHINESE = """
递/第 哪/那 收/手 到/道 签/前 流/留 送/宋 包/报 裹/果 货/或 单/但 址/只 电/店 话/画
号/好 没/每 还/海 快/块 慢/漫 件/见 发/罚 寄/记 买/卖 时/是 候/后 天/添 几/己 点/店
今/金 明/名 昨/做 晚/完 早/找 上/尚 下/夏 午/五 周/洲 期/其 能/嫩 可/课 以/已 吗/嘛
啊/阿 的/得 了/乐 我/窝 你/尼 他/她 们/门 在/再 有/又 不/布 要/药 想/像 请/清 问/文
帮/邦 忙/芒 麻/马 烦/凡 查/茶 看/砍 改/该 换/唤 地/弟 人/仁 手/首 机/鸡 写/些 错/挫
填/甜 选/炫 放/房 门/们 口/扣 驿/译 站/占 柜/贵 物/务 业/叶 前/钱 台/抬 家/加 公/工
司/私 楼/漏 区/取 小/晓 保/宝 安/按 邻/林 居/局 拿/那 取/娶 码/马 显/现 示/是 已/以
本/笨 代/带 谁/水 样/养 为/未 什/甚 一/以 直/值 更/跟 新/心 动/冻 停/听 卡/咖 滞/制
信/心 息/西 转/赚 运/韵 中/钟 心/新 说/硕 好/号 承/成 诺/糯 预/遇 计/记 催/崔 急/及
用/拥 等/灯 久/九 太/态 疫/意 情/请 封/风 控/空 雪/血 雨/语 春/纯 节/结 年/念 假/价
过/国 顺/瞬 丰/风 圆/园 通/同 申/深 韵/运 达/打 邮/由 政/正 极/级 京/惊 东/冬 德/得
邦/帮 指/只 定/订 退/腿 款/宽 票/漂 质/制 量/亮 坏/怀 破/迫 色/涩 尺/吃 大/达 价/加
钱/前 券/卷 客/克 服/福 员/圆 派/排 配/陪 打/搭 提/题 先/现 别/憋 把/吧 让/嚷 从/丛
去/趣 来/莱 走/奏 回/会 西/稀 订/定 付/负 装/妆 修/休 鞋/协 衣/依 穿/传 茶/查 锅/过
面/免 膜/摸 耳/而 那/哪 道/到 第/递 留/流 旧/就 箱/香 路/露 村/存
"""

_ENGLISH = """
delivery/delivary delivered/deliverd deliver/diliver delivering/delivring deliveries/deliverys
parcel/parsel parcels/parsels package/packige receive/recieve received/recieved order/oder
courier/curier driver/drivar tracking/traking tracked/traked address/adress arrive/arive
arrived/arived arrives/arives status/staytus update/updait updated/updaited stuck/stuk
signed/sined marked/markt wrong/rong neighbour/nabor instead/insted without/withowt
information/infomation movement/moovment supposed/suposed yesterday/yesturday friday/fryday
monday/munday sunday/sundey sundays/sundeys thursday/thersday please/pleese urgently/urjently
hurry/hury slow/slo late/layt change/chanj number/numbar phone/fone suspended/suspendid
storm/storme snow/sno lockdown/lokdown typhoon/tyfoon affect/afect holidays/hollidays
christmas/crismas company/cumpany which/wich morning/mornin afternoon/afternon before/befor
where/whare when/wen right/rite many/meny days/dayz until/untill expect/exspect tell/tel
return/retern jeans/jeens jacket/jackit green/grean refund/refand broken/brokin warranty/warrenty
discount/discownt thanks/thanx cancel/cansel invoice/invoyce size/sise shipped/shipt
dispatch/dispach charger/charjer colour/culler picture/pikcher missing/mising weekends/weakends
exchange/exchanje charged/charjed cream/creem black/blak password/pasword human/hueman agent/ajent
never/nevar boxes/boxis bought/bort house/howse there's/theres nothing/nuthing door/dore
pickup/pikup point/poynt depot/deppo taking/takin really/realy typed/tiped leave/leeve date/dait
need/nead still/stil will/wil coming/comming time/tyme does/duz call/cal would/wud like/lyke
have/hav
"""

CHINESE = dict(pair.split("/") for pair in _CHINESE.split())
ENGLISH = dict(pair.split("/") for pair in _ENGLISH.split())
