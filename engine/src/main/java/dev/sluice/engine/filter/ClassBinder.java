package dev.sluice.engine.filter;

/**
 * Counts the filters that name a class, so that a class in use is not removed ({@code bind_tcf} and
 * {@code unbind_tcf} of {@code Qdisc_class_ops}).
 */
public interface ClassBinder {
  /** Of a qdisc whose classes nobody removes, such as clsact: counts nothing. */
  ClassBinder NONE =
      new ClassBinder() {
        @Override
        public boolean bind(int classId) {
          return false;
        }

        @Override
        public void unbind(int classId) {}
      };

  /**
   * A filter names a class.
   *
   * @return whether the class is there and counts the filter; if not, nothing is to be unbound
   */
  boolean bind(int classId);

  /** A filter that was counted does not name the class any more. */
  void unbind(int classId);
}
