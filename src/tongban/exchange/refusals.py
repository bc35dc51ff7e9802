"""Every error the gateway answers with, and what to do about it: for developers, and for the descriptions of interfaces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A type of X-Road-Error with the statuses it comes with, when it comes, and what helps."""

    code: str
    statuses: tuple[int, ...]
    when: str
    remedy: str

    @property
    def parts(self) -> list[str]:
        """The code's parts, so that a page breaks it where they meet."""
        return self.code.split(".")


REFUSALS = (
    Refusal(
        "Client.BadRequest",
        (400, 405, 406, 409, 413, 415, 422),
        "请求读不懂：缺报头、参数写错、正文太大、方法不对。",
        "照消息里说的改；同样的请求再发一次还会被拒。",
    ),
    Refusal(
        "Client.Unauthorized",
        (401,),
        "签名核不过、过了一分钟、密钥没有登记、已撤销或到期，或者系统已停用。",
        "核对时钟、密钥编号和签名覆盖的部分，重新签名再发；密钥的事找数据专员。",
    ),
    Refusal(
        "Client.Replayed",
        (401,),
        "同一个签名的请求收到过一次。",
        "换一个随机数，重新签名再发。",
    ),
    Refusal(
        "Client.AmbiguousGrant",
        (403,),
        "有不止一项授权合用。",
        "用 Tongban-Purpose 写明其中一项授权的用途。",
    ),
    Refusal(
        "Client.UnknownCase",
        (404,),
        "要查看或者办结的外部办件，这个系统没有登记过。",
        "先用 PUT 登记；编号是您自己的编号。",
    ),
    Refusal(
        "Client.TooManyCases",
        (429,),
        "今天登记的外部办件到了上限。",
        "明天再登记；确有需要请联系数据专员。",
    ),
    Refusal(
        "Client.TooManyCalls",
        (429,),
        "这把沙箱密钥一分钟里调用太多。",
        "等 Retry-After 写的秒数再发。",
    ),
    Refusal(
        "Server.ServerProxy.AccessDenied",
        (403,),
        "没有授权、授权不含这些信息项、没有在办的办件，或者查的不是办件的当事人。",
        "消息里写明缺哪一样：申请授权、少要几项，或者先登记办件。",
    ),
    Refusal(
        "Server.ServerProxy.QuotaExceeded",
        (429,),
        "授权每天的次数用完了。",
        "等 Retry-After 写的秒数；次数不够，请在目录里申请增加。",
    ),
    Refusal(
        "Server.ServerProxy.RateExceeded",
        (429,),
        "这个系统每秒的调用超过了它的一份。",
        "等 Retry-After 写的秒数，放慢以后重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.Busy",
        (503,),
        "网关正忙，或者这个系统同时在办的请求到了上限。",
        "等 Retry-After 写的秒数，重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.UnknownService",
        (404,),
        "没有这个接口，或者它不由这个部门提供。",
        "用 listMethods 看有哪些接口。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceDisabled",
        (403,),
        "资源已经从目录中撤下。",
        "改用其他资源，或者让当事人提交材料。",
    ),
    Refusal(
        "Client.CursorExpired",
        (410,),
        "变化的游标太旧，它之后的变化已有一部分不再保存。",
        "重新成批读取，再接着读变化。",
    ),
    Refusal(
        "Client.UnknownQuery",
        (404,),
        "要凭据的查询号不是这个系统的，或者没有这一次读取。",
        "用回答里的 query；别的系统的凭据由它自己取。",
    ),
    Refusal(
        "Server.ServerProxy.NotLoggedYet",
        (503,),
        "这次读取还没有进账本，凭据还做不出来。",
        "等几秒，重新签名再取。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceFailed",
        (503,),
        "登记簿正在停机维护。",
        "稍后从同一个游标接着读。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceFailed.Busy",
        (503,),
        "提供数据的系统正忙，同时问它的已经太多。",
        "等 Retry-After 写的秒数，重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceFailed.Unavailable",
        (503,),
        "提供数据的系统停用、没有配好，或者刚才接连出错。",
        "等 Retry-After 写的秒数，重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceFailed.Timeout",
        (504,),
        "提供数据的系统没有按时答复。",
        "稍后重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.ServiceFailed.BadAnswer",
        (502,),
        "提供数据的系统答的不是它该答的。",
        "把消息里的查询号告诉提供部门；再发也多半一样。",
    ),
    Refusal(
        "Server.ServerProxy.NetworkError",
        (503,),
        "连不上提供数据的系统。",
        "稍后重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.DatabaseError",
        (503,),
        "网关的数据库暂时没有响应。",
        "等 Retry-After 写的秒数，重新签名再发。",
    ),
    Refusal(
        "Server.ServerProxy.InternalError",
        (500,),
        "网关出了错，没有答复。",
        "重新签名再发；还不行，把消息里的编号告诉数据专员。",
    ),
)
