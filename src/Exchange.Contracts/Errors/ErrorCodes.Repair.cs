namespace Exchange.Contracts.Errors;

// 2300–2339 proof and quarantine, 6090–6099 reconciliation and targets of adapters.
public static partial class ErrorCodes
{
    public static readonly ErrorCode ProofInvalid = new(2300, "proof_invalid", ErrorOrigin.Provider, "核对请求无效：{reason}。", "The request for comparison is not valid: {reason}.");

    public static readonly ErrorCode QuarantineUnknown = new(2310, "quarantine_unknown", ErrorOrigin.Consumer, "没有该隔离记录。", "There is no such quarantined record.");
    public static readonly ErrorCode QuarantineResolved = new(2311, "quarantine_resolved", ErrorOrigin.Consumer, "该隔离记录已处理（{state}）。", "The quarantined record is settled already ({state}).");
    public static readonly ErrorCode QuarantineOvertaken = new(2312, "quarantine_overtaken", ErrorOrigin.Consumer, "同一主键已有更新的记录，不能再放行。", "A newer record of the same key has arrived; this one can no longer be released.");
    public static readonly ErrorCode QuarantineStillBad = new(2313, "quarantine_still_bad", ErrorOrigin.Provider, "记录仍不合格，共 {count} 处问题。", "The record still breaks its schema; {count} findings.");
    public static readonly ErrorCode QuarantineKeyTaken = new(2314, "quarantine_key_taken", ErrorOrigin.Provider, "更正后的主键已有记录，不能覆盖。", "The corrected key belongs to another record, which is not overwritten.");
    public static readonly ErrorCode QuarantineEditOfDelete = new(2315, "quarantine_edit_of_delete", ErrorOrigin.Provider, "删除记录只能更正主键字段，不能更正“{field}”。", "Of a delete only key fields can be corrected, not '{field}'.");

    public static readonly ErrorCode TargetRowRefused = new(6090, "target_row_refused", ErrorOrigin.Consumer, "目标拒绝了数据（{rule}），目标本身可用；请更正目标表后自动继续。", "The target is reachable and refuses a row ({rule}); mend the target table, and it goes on by itself.");
    public static readonly ErrorCode NothingLanded = new(6091, "nothing_landed", ErrorOrigin.Consumer, "目标尚无快照，请先运行适配器。", "No snapshot has landed in the target yet; run the adapter first.");
    public static readonly ErrorCode NothingPublished = new(6092, "nothing_published", ErrorOrigin.Provider, "该数据流尚未发布快照，请先运行适配器。", "No snapshot of the stream is committed yet; run the adapter first.");
    public static readonly ErrorCode RepairUnconfirmed = new(6093, "repair_unconfirmed", ErrorOrigin.Exchange, "补发的变更在期限内未提交。", "The changes that were sent again were not committed within the deadline.");
    public static readonly ErrorCode TargetCannotEvolve = new(6094, "target_cannot_evolve", ErrorOrigin.Consumer, "目标表不能自动调整：{change}。", "The target table cannot be adapted: {change}.");
}
