package dev.sluice.engine.sched;

/** What filters found ({@code struct tcf_result}). Used again packet after packet. */
public final class Classification {
  /** The class id; 0 for none. */
  public int classId;

  /** The priority of the filter that matched last, where filters at a hook are asked. */
  public int priority;

  /** Its number. */
  public int handle;

  /** Its kind. */
  public String kind = "";
}
