package dev.sluice.datapath.chain.order;

/**
 * A program of a chain, or one that is to join it.
 *
 * @param programId its number; 0 for one that is to join
 * @param linkId the number of its link; 0 for none
 * @param name its name; empty where that is not known
 * @param owner who holds its link: the names of processes, {@code pin}, {@code bare} or {@code
 *     sluice}
 * @param ours whether Sluice may move it
 * @param wish what it wants
 */
public record Member(
    int programId, int linkId, String name, String owner, boolean ours, Wish wish) {
  /** The same, if nobody may move it. */
  public Member fixed() {
    return new Member(programId, linkId, name, owner, false, wish);
  }

  /** Reads {@code guard (id 12)}. */
  @Override
  public String toString() {
    String title = name.isEmpty() ? "a program" : name;
    return programId == 0 ? title : title + " (id " + programId + ")";
  }
}
