package dev.sluice.datapath.chain.order;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in a chain a program wants to run. Others are named by a program's name or a pattern of
 * names ({@code cil_*}), by {@code owner:} and a pattern of owners, or by {@code id:} and a number.
 * Who is named and not there, does not matter.
 *
 * @param before what it runs before
 * @param after what it runs after
 * @param edge whether it wants one end of the chain
 */
public record Wish(List<String> before, List<String> after, Edge edge) {
  /** A program that has no wish. */
  public static final Wish NONE = new Wish(List.of(), List.of(), Edge.ANY);

  private static final String OWNER = "owner:";
  private static final String ID = "id:";

  /** An end of a chain. */
  public enum Edge {
    /** Neither. */
    ANY,
    /** Before all that do not want to be first, too. */
    FIRST,
    /** Behind all that do not want to be last, too. */
    LAST
  }

  /** Copies the lists. */
  public Wish {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Whether nothing is wanted. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether a reference, written as above, means a program. */
  static boolean means(String reference, Member member) {
    if (reference.startsWith(ID)) {
      return reference.substring(ID.length()).equals(Integer.toString(member.programId()));
    }
    return reference.startsWith(OWNER)
        ? NamePattern.of(reference.substring(OWNER.length())).means(member.owner())
        : NamePattern.of(reference).means(member.name());
  }

  /** Reads what {@link #toString} wrote; words that are not known are left out. */
  public static Wish parse(String text) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    Edge edge = Edge.ANY;
    for (String word : text.split(" ", -1)) {
      if (word.startsWith("before=")) {
        before.add(word.substring("before=".length()));
      } else if (word.startsWith("after=")) {
        after.add(word.substring("after=".length()));
      } else if (word.equals("first")) {
        edge = Edge.FIRST;
      } else if (word.equals("last")) {
        edge = Edge.LAST;
      }
    }
    return new Wish(before, after, edge);
  }

  /** Reads {@code first before=cil_* after=owner:agent}. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    if (edge != Edge.ANY) {
      words.add(edge == Edge.FIRST ? "first" : "last");
    }
    before.forEach(one -> words.add("before=" + one));
    after.forEach(one -> words.add("after=" + one));
    return String.join(" ", words);
  }
}
