package dev.sluice.datapath.chain;

/**
 * A program in a chain.
 *
 * @param programId the program's number
 * @param linkId the number of the link that owns the entry; 0 for a bare program
 * @param place what the classic hook calls it; {@link Place#NONE} in a TCX chain
 */
public record ChainEntry(int programId, int linkId, Place place) {
  /** Whether a link owns the entry. */
  public boolean hasLink() {
    return linkId != 0;
  }

  /** How an anchor names it: by its link where it has one, since that cannot change. */
  public Anchor.Target target() {
    return hasLink() ? new Anchor.LinkId(linkId) : new Anchor.ProgramId(programId);
  }

  /**
   * A filter's place among the classic filters.
   *
   * @param priority its priority
   * @param protocol its protocol in host byte order
   * @param handle its handle
   */
  public record Place(int priority, int protocol, int handle) {
    /** No place: the entry is in a TCX chain. */
    public static final Place NONE = new Place(0, 0, 0);
  }
}
