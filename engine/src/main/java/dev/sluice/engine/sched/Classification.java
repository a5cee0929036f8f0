package dev.sluice.engine.sched;

/** What filters found ({@code struct tcf_result}). Used again packet after packet. */
public final class Classification {
  /** The class id; 0 for none. */
  public int classId;
}
