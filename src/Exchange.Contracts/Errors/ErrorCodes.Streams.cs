namespace Exchange.Contracts.Errors;

// 3000–3099 streams and ingest.
public static partial class ErrorCodes
{
    public static readonly ErrorCode StreamUnknown = new(3000, "stream_unknown", ErrorOrigin.Provider, "未知数据流。", "Unknown stream.");
    public static readonly ErrorCode StreamHeld = new(3001, "stream_held", ErrorOrigin.Provider, "数据流已暂停：{reason}。", "The stream is held: {reason}.");
    public static readonly ErrorCode StreamFenced = new(3002, "stream_fenced", ErrorOrigin.Provider, "另一适配器已接管该数据流（纪元 {epoch}）。", "Another adapter has taken over the stream (epoch {epoch}).");
    public static readonly ErrorCode StreamSourceConflict = new(3003, "stream_source_conflict", ErrorOrigin.Provider, "数据资源“{resource}”已有数据来源“{source}”。", "Resource '{resource}' already has the source '{source}'.");
    public static readonly ErrorCode SchemaDrift = new(3004, "schema_drift", ErrorOrigin.Provider, "来源结构与登记不符：{change}。", "The source no longer fits the registered schema: {change}.");
    public static readonly ErrorCode BatchOverThreshold = new(3005, "batch_over_threshold", ErrorOrigin.Provider, "批次中 {bad} / {rows} 行不合格，超过阈值，整批暂存待处理。", "{bad} of {rows} rows of the batch are bad, over the threshold; the batch is held whole.");
    public static readonly ErrorCode BatchCorrupt = new(3006, "batch_corrupt", ErrorOrigin.Provider, "批次校验和不符。", "The batch's checksum does not match.");
    public static readonly ErrorCode BatchOutOfPlace = new(3007, "batch_out_of_place", ErrorOrigin.Provider, "此处不应出现“{kind}”类批次。", "A batch of kind '{kind}' is out of place here.");
    public static readonly ErrorCode RowRefusedByStore = new(3008, "row_refused_by_store", ErrorOrigin.Exchange, "存储拒绝了该行（{reason}），这是平台缺陷。", "The store refused the row ({reason}); this is a defect of the exchange.");
    public static readonly ErrorCode ResyncRequired = new(3010, "resync_required", ErrorOrigin.Provider, "须重新核对全表：{reason}。", "The table has to be read anew: {reason}.");
    public static readonly ErrorCode StreamNotHeld = new(3009, "stream_not_held", ErrorOrigin.Consumer, "数据流未暂停。", "The stream is not held.");
    public static readonly ErrorCode SnapshotDeletesMost = new(3020, "snapshot_deletes_most", ErrorOrigin.Provider, "快照结束时将删除 {rows} 行中的 {deleted} 行，超过阈值，暂停待确认；放行即删除，拒绝则保留。", "The end of the snapshot would delete {deleted} of {rows} rows, over the threshold; the stream is held. Its release deletes them, the rejection of the snapshot keeps them.");
    public static readonly ErrorCode SnapshotNotHeld = new(3021, "snapshot_not_held", ErrorOrigin.Consumer, "只能拒绝因删除过多（snapshot_deletes_most）而暂停的快照；该数据流的暂停原因是 {code}。", "Only a snapshot held for its deletes (snapshot_deletes_most) can be rejected; this stream is held for {code}.");
    public static readonly ErrorCode SnapshotRejected = new(3022, "snapshot_rejected", ErrorOrigin.Provider, "该快照已被拒绝，未因其删除任何数据：{reason}。", "The snapshot was rejected, and nothing was deleted for it: {reason}.");
}
