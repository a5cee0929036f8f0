package dev.sluice.datapath.chain;

/**
 * Where and on what condition a program is attached.
 *
 * @param anchor where in the chain it goes
 * @param expectedRevision the revision that the chain must have, or the datapath refuses with
 *     {@code ESTALE}; 0 for any
 */
public record AttachOptions(Anchor anchor, long expectedRevision) {
  /** At the tail, whatever the revision. */
  public static final AttachOptions DEFAULT = new AttachOptions(Anchor.tail(), 0);

  /** At an anchor, whatever the revision. */
  public static AttachOptions at(Anchor anchor) {
    return new AttachOptions(anchor, 0);
  }

  /** The same, on condition of a revision. */
  public AttachOptions expecting(long revision) {
    return new AttachOptions(anchor, revision);
  }
}
