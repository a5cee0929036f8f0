package dev.sluice.datapath.chain.order;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds an order of a chain that all wishes of ours agree with. Those of others stay in the order
 * that they have among themselves; ours are moved only where they have to be.
 */
public final class OrderSolver {
  private final List<Member> members;

  /** Why one runs before another, by their indices; null for no reason. */
  private final @Nullable String[][] reasons;

  private OrderSolver(List<Member> members) {
    this.members = members;
    reasons = new @Nullable String[members.size()][members.size()];
  }

  /**
   * An order, or why there is none.
   *
   * @param order all members; as they are if there is none
   * @param clash which wishes contradict each other; null if there is an order
   */
  public record Solution(List<Member> order, @Nullable String clash) {
    /** Copies the list. */
    public Solution {
      order = List.copyOf(order);
    }

    /**
     * The first thing to do on the way to this order.
     *
     * @param now the members as they run now
     * @return null if they are in order
     */
    public @Nullable Step firstStep(List<Member> now) {
      int wrong = 0;
      while (wrong < now.size() && now.get(wrong).equals(order.get(wrong))) {
        wrong++;
      }
      if (wrong == now.size()) {
        return null;
      }
      Member wanted = order.get(wrong);
      Member there = now.get(wrong);
      return wanted.ours()
          ? new Step(wanted, wrong, "before " + there)
          : new Step(there, now.indexOf(wanted) + 1, "behind " + wanted);
    }
  }

  /**
   * A move of a program of ours.
   *
   * @param member the program
   * @param index the index, in the chain as it is now, of the entry that it goes before
   * @param place where that is, for people: {@code before drop (id 7)}
   */
  public record Step(Member member, int index, String place) {
    /** Reads {@code guard (id 12) before drop (id 7)}. */
    @Override
    public String toString() {
      return member + " " + place;
    }
  }

  /**
   * Orders a chain.
   *
   * @param members as they run now; those that are to join behind the others
   */
  public static Solution solve(List<Member> members) {
    OrderSolver solver = new OrderSolver(List.copyOf(members));
    solver.gatherReasons();
    return solver.sort();
  }

  private void gatherReasons() {
    int lastForeign = -1;
    for (int i = 0; i < members.size(); i++) {
      if (!members.get(i).ours()) {
        if (lastForeign >= 0) {
          reasons[lastForeign][i] =
              "%s runs before %s, and neither is ours to move"
                  .formatted(members.get(lastForeign), members.get(i));
        }
        lastForeign = i;
      }
    }
    for (int i = 0; i < members.size(); i++) {
      gatherReasons(i);
    }
  }

  private void gatherReasons(int one) {
    Member member = members.get(one);
    Wish wish = member.wish();
    for (int other = 0; other < members.size(); other++) {
      if (other == one) {
        continue;
      }
      Member there = members.get(other);
      for (String reference : wish.before()) {
        if (Wish.means(reference, there)) {
          reasons[one][other] = member + " wants to run before " + reason(reference, there);
        }
      }
      for (String reference : wish.after()) {
        if (Wish.means(reference, there)) {
          reasons[other][one] = member + " wants to run after " + reason(reference, there);
        }
      }
      if (wish.edge() == Wish.Edge.FIRST && there.wish().edge() != Wish.Edge.FIRST) {
        addUnlessSaid(one, other, member + " wants to be first");
      }
      if (wish.edge() == Wish.Edge.LAST && there.wish().edge() != Wish.Edge.LAST) {
        addUnlessSaid(other, one, member + " wants to be last");
      }
    }
  }

  private static String reason(String reference, Member there) {
    return reference.equals(there.name()) ? there.toString() : reference + ", which is " + there;
  }

  private void addUnlessSaid(int before, int after, String reason) {
    if (reasons[before][after] == null) {
      reasons[before][after] = reason;
    }
  }

  /** Takes again and again the first, as they run now, that nobody who is left must run before. */
  private Solution sort() {
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      left.add(i);
    }
    List<Member> order = new ArrayList<>();
    while (!left.isEmpty()) {
      Integer next = null;
      for (Integer candidate : left) {
        if (left.stream().allMatch(other -> reasons[other][candidate] == null)) {
          next = candidate;
          break;
        }
      }
      if (next == null) {
        return new Solution(members, cycle(left));
      }
      int taken = next;
      order.add(members.get(taken));
      left.removeIf(one -> one == taken);
    }
    return new Solution(order, null);
  }

  /** Each of those that are left must run behind another of them: some of them in a circle. */
  private String cycle(List<Integer> left) {
    List<Integer> way = new ArrayList<>();
    int at = left.getFirst();
    while (!way.contains(at)) {
      way.add(at);
      int after = at;
      at = left.stream().filter(other -> reasons[other][after] != null).findFirst().orElse(at);
    }
    List<String> clash = new ArrayList<>();
    for (int i = way.indexOf(at); i < way.size(); i++) {
      int before = i + 1 < way.size() ? way.get(i + 1) : at;
      clash.add(String.valueOf(reasons[before][way.get(i)]));
    }
    return String.join("; ", clash.stream().distinct().toList());
  }
}
