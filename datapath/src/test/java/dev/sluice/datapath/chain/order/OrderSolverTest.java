package dev.sluice.datapath.chain.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrderSolverTest {
  private static final int ROUNDS = 3000;

  private static Member foreign(int id, String name) {
    return new Member(id, id, name, "agent", false, Wish.NONE);
  }

  private static Member ours(int id, String name, String wish) {
    return new Member(id, id, name, "sluice", true, Wish.parse(wish));
  }

  private static List<String> order(Member... members) {
    OrderSolver.Solution solution = OrderSolver.solve(List.of(members));
    assertThat(solution.clash()).isNull();
    return solution.order().stream().map(Member::name).toList();
  }

  @Test
  void nobodyMovesWithoutAReason() {
    assertThat(order(foreign(1, "a"), ours(2, "b", ""), foreign(3, "c")))
        .containsExactly("a", "b", "c");
  }

  @Test
  void wishesMoveOursAroundOthers() {
    assertThat(order(foreign(1, "cil_a"), foreign(2, "x"), ours(3, "g", "before=cil_*")))
        .containsExactly("g", "cil_a", "x");
    assertThat(order(ours(3, "g", "after=owner:ag*"), foreign(1, "a"), foreign(2, "b")))
        .containsExactly("a", "b", "g");
    assertThat(order(ours(3, "g", "last"), foreign(1, "a"), ours(4, "h", "first")))
        .containsExactly("h", "a", "g");
    assertThat(order(ours(3, "g", "after=id:1"), foreign(1, "a"))).containsExactly("a", "g");
  }

  @Test
  void aClashNamesTheWishesOfACircle() {
    OrderSolver.Solution solution =
        OrderSolver.solve(
            List.of(foreign(1, "a"), foreign(2, "b"), ours(3, "g", "before=a after=b")));

    assertThat(solution.clash())
        .contains("g (id 3) wants to run before a (id 1)")
        .contains("g (id 3) wants to run after b (id 2)")
        .contains("a (id 1) runs before b (id 2), and neither is ours to move");
  }

  @Test
  void aWishIsWrittenAndReadBack() {
    Wish wish = new Wish(List.of("cil_*", "b"), List.of("owner:x"), Wish.Edge.LAST);
    assertThat(Wish.parse(wish.toString())).isEqualTo(wish);
    assertThat(Wish.parse("")).isEqualTo(Wish.NONE);
  }

  /** Tries every order of few programs: there is one that all agree with, or none. */
  @Test
  void findsAnOrderWhereThereIsOne() {
    Random random = new Random(6);
    int clashes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<Member> members = new ArrayList<>();
      int count = 1 + random.nextInt(5);
      for (int i = 0; i < count; i++) {
        members.add(
            random.nextInt(3) == 0
                ? foreign(i + 1, "p" + i)
                : ours(i + 1, "p" + i, wish(random, count)));
      }
      OrderSolver.Solution solution = OrderSolver.solve(members);
      boolean possible = exists(members, new ArrayList<>());
      assertThat(solution.clash() == null).as("%s", members).isEqualTo(possible);
      assertThat(solution.order()).containsExactlyInAnyOrderElementsOf(members);
      if (possible) {
        assertThat(isMet(members, solution.order())).as("%s", solution).isTrue();
      } else {
        clashes++;
      }
    }
    assertThat(clashes).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
  }

  private static String wish(Random random, int count) {
    String first = random.nextInt(6) == 0 ? "first " : random.nextInt(6) == 0 ? "last " : "";
    String before = random.nextBoolean() ? "before=p" + random.nextInt(count) + " " : "";
    String after = random.nextBoolean() ? "after=p" + random.nextInt(count) : "";
    return first + before + after;
  }

  private static boolean exists(List<Member> members, List<Member> chosen) {
    if (chosen.size() == members.size()) {
      return isMet(members, chosen);
    }
    for (Member next : members) {
      if (!chosen.contains(next)) {
        chosen.add(next);
        if (exists(members, chosen)) {
          return true;
        }
        chosen.removeLast();
      }
    }
    return false;
  }

  private static boolean isMet(List<Member> before, List<Member> order) {
    List<Member> others = before.stream().filter(one -> !one.ours()).toList();
    if (!order.stream().filter(one -> !one.ours()).toList().equals(others)) {
      return false;
    }
    for (Member one : order) {
      int at = order.indexOf(one);
      for (Member other : order) {
        boolean behind = order.indexOf(other) > at;
        Wish wish = one.wish();
        if (other.equals(one)) {
          continue;
        }
        boolean wrong =
            (wish.before().contains(other.name()) && !behind)
                || (wish.after().contains(other.name()) && behind)
                || (wish.edge() == Wish.Edge.FIRST
                    && other.wish().edge() != Wish.Edge.FIRST
                    && !behind)
                || (wish.edge() == Wish.Edge.LAST
                    && other.wish().edge() != Wish.Edge.LAST
                    && behind);
        if (wrong) {
          return false;
        }
      }
    }
    return true;
  }
}
