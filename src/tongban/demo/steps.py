"""The steps of the story. Each looks first at what is done already, so that it may be played again after a crash."""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.cases.api import (
    accept_case,
    acknowledge_notice,
    agree,
    ask_signatures,
    attach_document,
    confirm_rectified,
    decide,
    examine,
    find_defect,
    find_gaps,
    get_part,
    inspect,
    key_questions,
    prepare_application,
    rectify,
    save_answers,
    sign_part,
    submit_application,
    summarise,
    supply,
    tell_once,
)
from tongban.catalogue.api import count_resources
from tongban.certificates.api import certificates_of_case, check_credential, find_by_code
from tongban.clocks.api import add_working_days
from tongban.demo.packs import StoryTerms
from tongban.demo.scene import Scene, let_days_pass, picture
from tongban.identity.api import find_actor
from tongban.kernel import clock
from tongban.services.api import check_eligibility, get_guide, search


class StoryBroken(AssertionError):  # noqa: N818 - the sentence says which step
    """A step did not hold; says which and how."""


@dataclass(frozen=True)
class Step:
    """A step: its name, its title, and what it does; it returns one line on what happened."""

    name: str
    title: str
    play: Callable[[Scene], str]


def city(scene: Scene) -> str:
    """The packs are active and their content is there."""
    guide = get_guide(scene.story.bundle)
    resources = count_resources()
    _hold(resources >= 10, f"the catalogue has only {resources} resources")
    return f"目录 {resources} 项信息资源，「{guide.bundle.title}」由 {len(guide.items)} 个事项组成"


def find(scene: Scene) -> str:
    """She finds the bundle by her own words, and the check says what nobody knows yet."""
    hits = search(scene.story.query).hits
    _hold(
        bool(hits) and hits[0].code == scene.story.bundle,
        f"「{scene.story.query}」 does not find the bundle first",
    )
    guide = get_guide(scene.story.bundle)
    eligibility = guide.bundle.eligibility
    if eligibility is None:
        return f"跑 {guide.visits} 次，承诺 {guide.promised}"
    result = check_eligibility(eligibility, scene.story.facts)
    _hold(result.answer == scene.story.expects, f"the check says {result.answer}")
    if result.answer != "unknown":
        words = {"yes": "列出的条件都符合", "no": "按现在的情况不能办"}
        return f"跑 {guide.visits} 次，承诺 {guide.promised}；能不能办：{words[result.answer]}"
    _hold(result.missing == (scene.story.unknown_fact,), f"the check misses {result.missing}")
    fact = next(one for one in eligibility.facts if one.code == scene.story.unknown_fact)
    return f"跑 {guide.visits} 次，承诺 {guide.promised}；能不能办：还不能确定，缺「{fact.title}」"


def fetch(scene: Scene) -> str:
    """She is told what will be read, and it is read; one statement differs and stops nobody."""
    number = scene.number() or prepare_application(bundle=scene.story.bundle, by=scene.person)
    view = scene.view()
    if view.state == "preparing":
        keys = {question.code for question in key_questions(view.guide)}
        first = {code: answer for code, answer in scene.answers.items() if code in keys}
        save_answers(number=number, answers=first, by=scene.person)
        acknowledge_notice(number=number, by_hand=(), by=scene.person, guardian=True)
    outcomes = [one.outcome for one in scene.view().materials if one.evidence]
    for outcome in scene.story.met:
        _hold(outcome in outcomes, f"no reading came to {outcome}")
    return f"读取 {len(outcomes)} 项：一致 {len(outcomes) - outcomes.count('mismatch')}，不一致 {outcomes.count('mismatch')}（不影响继续）"


def apply(scene: Scene) -> str:
    """She answers, agrees to promises, uploads what only she has, and submits."""
    number = scene.number()
    view = scene.view()
    if view.state == "preparing":
        save_answers(number=number, answers=scene.answers, by=scene.person)
        codes = [one.code for one in view.materials if one.kind in {"promise", "template"}]
        agree(number=number, materials=codes, by=scene.person)
        for material, name in scene.story.uploads.items():
            if view.material(material).document is None:
                file, data = picture(name)
                attach_document(number=number, material=material, name=file, data=data, by=scene.person)
        if "submit" in scene.story.steps:
            asked = ask_signatures(number=number, by=scene.person)
            return f"填完 {number}，请 {asked or len(scene.signers)} 位共同申请人签名"
        submit_application(number=number, seen=None, by=scene.person)
    return _submitted(scene)


def sign(scene: Scene) -> str:
    """Each co-applicant reads the own part and signs it from an account of his own; before, nothing is submitted."""
    number = scene.number()
    if scene.view().state != "preparing":
        return "均已签名"
    signed = []
    for material, username in scene.signers.items():
        _hold(bool(find_gaps(number, by=scene.person)), "it could be submitted without the signature")
        who = find_actor(username)
        part = get_part(number, material, by=who)
        sign_part(number=number, material=material, by=who)
        signed.append(f"{part.part}{who.name}")
    return f"用自己的账户签名：{'、'.join(signed)}"


def submit(scene: Scene) -> str:
    """What everybody has signed is submitted."""
    if scene.view().state == "preparing":
        submit_application(number=scene.number(), seen=None, by=scene.person)
    return _submitted(scene)


def handle(scene: Scene) -> str:
    """Members are accepted as soon as what they wait for is granted, and each is decided by its own agency."""
    for _round in scene.view().cases:
        for case in [one for one in scene.view().cases if one.state == "submitted"]:
            states = {one.item.code: one.state for one in scene.view().cases}
            if all(states.get(other) == "granted" for other in case.after):
                accept_case(number=case.number, seen=None, by=scene.clerk())
        for case in [one for one in scene.view().cases if one.accepted_on and not one.final]:
            assert case.accepted_on
            if case.item.promised.unit == "working_day":
                let_days_pass(scene, since=case.accepted_on, days=min(case.item.promised.amount, 1))
            finish(scene, case.item.code)
    view = scene.view()
    _hold(view.state == "closed", f"the application is {view.state}")
    return f"{len(view.cases)} 件全部办结，用 {summarise(view).figure('days_used').after} 个工作日"


def _submitted(scene: Scene) -> str:
    number, view = scene.number(), scene.view()
    _hold(len(view.cases) == len(view.guide.items), "not every member has its case")
    return f"提交 {number}，立 {len(view.cases)} 个办件，承诺 {view.promised_on} 前办结"


def tell(scene: Scene) -> str:
    """The window says once, for all members, what is missing; she supplies it."""
    number = scene.number()
    if scene.view().supplement is None:
        tell_once(number=number, reasons=scene.story.returned, seen=None, by=scene.clerk())
    view = scene.view()
    if view.state == "supplementing":
        for material, name in scene.story.mended.items():
            if view.material(material).state == "returned":
                file, data = picture(name)
                attach_document(number=number, material=material, name=file, data=data, by=scene.person)
        supply(number=number, seen=None, by=scene.person)
    return f"一次告知 {len(scene.story.returned)} 份，当日补齐"


def begin(scene: Scene) -> str:
    """The first case is accepted and decided; the others, which waited for it, are accepted side by side."""
    first = scene.story.first_item
    if scene.case(first).accepted_on is None:
        accept_case(number=scene.case(first).number, seen=None, by=scene.clerk())
    finish(scene, first)
    _hold(scene.case(first).state == "granted", f"{first} was not granted")
    for case in scene.view().cases:
        if case.state == "submitted":
            accept_case(number=case.number, seen=None, by=scene.clerk())
    licence = certificates_of_case([scene.case(first).number])[0]
    return f"{licence.title} {licence.number}；其余 {len(scene.view().cases) - 1} 件同日受理，各走各的时限"


def side(scene: Scene) -> str:
    """The cases that need no visit are decided, each by its own agency within its promise."""
    done = []
    for case in scene.view().cases:
        if case.item.code in {scene.story.first_item, scene.story.inspected_item} or case.final:
            continue
        assert case.accepted_on
        let_days_pass(scene, since=case.accepted_on, days=min(case.item.promised.amount, 1))
        finish(scene, case.item.code)
        done.append(case.title)
    return f"办结：{'、'.join(done)}" if done else "均已办结"


def site(scene: Scene) -> str:
    """On the spot a defect is found; it is put right by its day while the clock runs."""
    item = scene.story.inspected_item
    case = scene.case(item)
    assert case.accepted_on
    crew = scene.story.crews[item]
    if not case.inspections:
        let_days_pass(scene, since=case.accepted_on, days=2)
        examiner = scene.examiner(item)
        inspect(
            number=case.number, officers=crew.on_site, finding=scene.story.inspection, seen=None, by=examiner
        )
    if not scene.case(item).defects:
        due_on = add_working_days(clock.today(), 2)
        find_defect(
            number=case.number, words=scene.story.defect, due_on=due_on, seen=None, by=scene.examiner(item)
        )
    if open_defect := scene.case(item).open_defect:
        let_days_pass(scene, since=open_defect.found_on, days=1)
        photo = picture("rectified.png")
        rectify(number=case.number, words=scene.story.rectified, photo=photo, seen=None, by=scene.person)
    if scene.case(item).state == "rectifying":
        confirm_rectified(number=case.number, seen=None, by=scene.examiner(item))
    defect = scene.case(item).defects[0]
    return f"发现 1 处问题，限 {defect.due_on} 前整改，{defect.rectified_on} 完成，期间不停表"


def end(scene: Scene) -> str:
    """The inspected case is examined by one officer and decided by another; everything is closed."""
    finish(scene, scene.story.inspected_item)
    view = scene.view()
    _hold(view.state == "closed", f"the application is {view.state}")
    summary = summarise(view)
    return f"全部办结，用 {summary.figure('days_used').after} 个工作日"


def check(scene: Scene) -> str:
    """A stranger checks every certificate by its code and by its signature."""
    issued = certificates_of_case(scene.view().case_numbers)
    meant = sum(item.result.certificate is not None for item in scene.view().guide.items)
    _hold(len(issued) == meant, f"{len(issued)} certificates were issued, not {meant}")
    for one in issued:
        found = find_by_code(one.printed_code)
        _hold(found is not None and found.status == "valid", f"{one.title} is not found by its code")
        credential, row = check_credential(one.sd_jwt)
        _hold(row is not None and credential.claims["number"] == one.number, f"{one.title} does not verify")
    return f"{len(issued)} 份证照核验有效"


def finish(scene: Scene, item: str) -> None:
    """Examine where the regime asks for it, then decide (or advise)."""
    case = scene.case(item)
    if "examine" in case.verbs and not case.final:
        examine(
            number=case.number,
            proposes="granted",
            words=scene.story.opinion,
            seen=None,
            by=scene.examiner(item),
        )
        case = scene.case(item)
    if not case.final:
        result = "advised" if "advise" in case.verbs else "granted"
        decide(
            number=case.number, result=result, words=scene.story.decision, seen=None, by=scene.approver(item)
        )


def _hold(truth: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not truth:
        raise StoryBroken(otherwise)


ALL_STEPS = (
    Step("sign", "共同签名", sign),
    Step("submit", "一起提交", submit),
    Step("handle", "按序办理", handle),
    Step("city", "城市就绪", city),
    Step("find", "找到事项", find),
    Step("fetch", "告知与取数", fetch),
    Step("apply", "填表提交", apply),
    Step("tell", "一次性告知", tell),
    Step("begin", "先办执照", begin),
    Step("side", "并行办理", side),
    Step("site", "现场核查", site),
    Step("end", "审批办结", end),
    Step("check", "证照核验", check),
)


def steps_of(story: StoryTerms) -> list[Step]:
    """The steps of a story in its order."""
    known = {step.name: step for step in ALL_STEPS}
    return [known[name] for name in story.steps]
