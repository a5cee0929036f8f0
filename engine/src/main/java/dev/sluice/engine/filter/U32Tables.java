package dev.sluice.engine.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The u32 tables at one place, which nodes of every priority may link to ({@code struct
 * tc_u_common}). A table that a priority leaves behind when it goes stays until the last priority
 * with u32 filters goes.
 */
final class U32Tables {
  /** The handle of the first root table, {@code 800:}; later ones count on from {@code 801:}. */
  private static final int FIRST_ROOT = 0x8000_0000;

  /** How many numbers there are for tables that nobody named. */
  private static final int GENERATED = 0x7ff;

  /** Newest first. */
  private final List<U32Table> tables = new ArrayList<>();

  private final Map<Integer, U32Table> byHandle = new HashMap<>();
  private int lists;
  private int lastGenerated;

  /** Nodes in all tables. */
  int nodes;

  /** A root table for the filters of a new priority. */
  U32Table addRoot(int priority) {
    int handle = lists == 0 ? FIRST_ROOT : generate();
    lists++;
    return add(new U32Table(handle, priority, 1, true));
  }

  /** How many priorities have filters here. */
  int lists() {
    return lists;
  }

  /** A priority's filters are gone, and nobody else's tables are left if they were the last. */
  void removeList() {
    lists--;
  }

  /**
   * A handle for a table that nobody named.
   *
   * @return the handle, 0 if all are taken
   */
  int generate() {
    for (int i = 0; i < GENERATED; i++) {
      lastGenerated = lastGenerated % GENERATED + 1;
      int handle = FIRST_ROOT | lastGenerated << 20;
      if (!byHandle.containsKey(handle)) {
        return handle;
      }
    }
    return 0;
  }

  U32Table add(U32Table table) {
    tables.addFirst(table);
    byHandle.put(table.handle, table);
    return table;
  }

  void remove(U32Table table) {
    tables.remove(table);
    byHandle.remove(table.handle);
  }

  /** The table with a handle; null if there is none. */
  @Nullable U32Table find(int handle) {
    return byHandle.get(handle);
  }

  /** All tables, newest first, as they are now. */
  List<U32Table> list() {
    return List.copyOf(tables);
  }
}
