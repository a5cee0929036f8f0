package dev.sluice.engine.object;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects of a kind that live, by number. Numbers are not used again. */
public final class ObjectTable {
  private final String kind;
  private final SortedMap<Integer, EngineObject> alive = new TreeMap<>();
  private int last;

  /**
   * An empty table.
   *
   * @param kind what its objects are called: {@code program}, {@code map} or {@code link}
   */
  public ObjectTable(String kind) {
    this.kind = kind;
  }

  /** What its objects are called. */
  public String kind() {
    return kind;
  }

  int add(EngineObject object) {
    last++;
    alive.put(last, object);
    return last;
  }

  void remove(EngineObject object) {
    alive.remove(object.id());
  }

  /** The object with a number; null if there is none. */
  public @Nullable EngineObject find(int id) {
    return alive.get(id);
  }

  /** Those that live, in the order of their numbers. */
  public List<EngineObject> list() {
    return new ArrayList<>(alive.values());
  }
}
