package dev.sluice.engine.object;

/**
 * A program, map or link. It lives while something refers to it: an open handle, a pin, or another
 * object that uses it. Guarded by the machine's monitor.
 */
public abstract class EngineObject {
  private final ObjectTable table;
  private final int id;
  private int references;
  private int users;

  /**
   * A new object with a number of its own and one reference, the maker's.
   *
   * @param table where it is listed while it lives
   */
  @SuppressWarnings("this-escape") // only listed; nobody looks before the monitor is let go
  protected EngineObject(ObjectTable table) {
    this.table = table;
    id = table.add(this);
    references = 1;
  }

  /** Its number, 1 or more. */
  public final int id() {
    return id;
  }

  /** Whether anything refers to it still. */
  public final boolean isAlive() {
    return references > 0;
  }

  /** How many refer to it. */
  public final int references() {
    return references;
  }

  /** How many of them are open handles and pins. */
  public final int users() {
    return users;
  }

  /** Adds a reference. */
  public final void acquire() {
    if (references == 0) {
      throw new IllegalStateException(this + " is gone");
    }
    references++;
  }

  /** Gives a reference up. With the last one the object goes. */
  public final void release() {
    if (references == 0) {
      throw new IllegalStateException(this + " is gone already");
    }
    references--;
    if (references == 0) {
      table.remove(this);
      dispose();
    }
  }

  /** Adds a reference of somebody outside: an open handle or a pin. */
  public final void acquireUser() {
    acquire();
    users++;
  }

  /** Gives up a reference of somebody outside. */
  public final void releaseUser() {
    users--;
    if (users == 0) {
      lastUserGone();
    }
    release();
  }

  /** Turns the maker's reference into one of somebody outside. */
  public final void handOver() {
    users++;
  }

  /** Nobody outside can reach it any more, though other objects may. */
  protected void lastUserGone() {}

  /** Lets go of what it refers to. */
  protected abstract void dispose();
}
