package dev.sluice.datapath.chain;

/** Which hook a chain at {@link AttachPoint.Tcx} uses. */
public enum AttachMode {
  /** TCX where the datapath has it, otherwise the classic hook. */
  AUTO,
  /** TCX, or an error. */
  TCX,
  /** The classic hook: cls_bpf filters with direct action at clsact. */
  TC;

  /** How the chain of a hook is asked for that is meant, and no other in its place. */
  public static AttachMode exactly(Hook hook) {
    return hook == Hook.TCX ? TCX : AUTO;
  }

  /** {@code auto}, {@code TCX} or {@code TC}, as status listings print it. */
  public String title() {
    return this == AUTO ? "auto" : name();
  }
}
