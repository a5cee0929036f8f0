package dev.sluice.engine.filter;

/** The class that a filter names, counted there while the filter lives ({@code tcf_result}). */
final class ClassReference {
  private final ClassBinder binder;
  private final int classId;
  private boolean bound;

  /** A reference that is not counted yet; 0 names no class. */
  ClassReference(ClassBinder binder, int classId) {
    this.binder = binder;
    this.classId = classId;
  }

  int classId() {
    return classId;
  }

  /** Counts it, if the class is there. */
  void bind() {
    if (classId != 0 && !bound) {
      bound = binder.bind(classId);
    }
  }

  /** Counts it no more. */
  void unbind() {
    if (bound) {
      bound = false;
      binder.unbind(classId);
    }
  }
}
