package dev.sluice.engine.object;

/**
 * A program, map or link. It lives while something refers to it: an open handle, a pin, or another
 * object that uses it. Guarded by the machine's monitor.
 */
public abstract class EngineObject {
  private final ObjectTable table;
  private final int id;
  private int references;

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

  /** Lets go of what it refers to. */
  protected abstract void dispose();
}
