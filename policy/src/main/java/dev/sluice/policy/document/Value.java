package dev.sluice.policy.document;

import java.util.List;
import java.util.Map;

/** A value of a document. */
sealed interface Value {
  /** What it is, as a person would say it. */
  String kind();

  /** Nothing: {@code null}, or a key without a value. */
  record Nothing() implements Value {
    @Override
    public String kind() {
      return "nothing";
    }
  }

  /** A word or number, as it is written: {@code 1.10} keeps its zero. */
  record Scalar(String text) implements Value {
    private static final int LONGEST = 60;

    /** The text as it can be shown on a terminal, in one line. */
    @Override
    public String kind() {
      String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
      return "\"" + shown.replaceAll("\\p{Cntrl}", "\ufffd") + "\"";
    }
  }

  /** A list. */
  record Items(List<Value> values) implements Value {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in their order. */
  record Keys(Map<String, Value> values) implements Value {
    @Override
    public String kind() {
      return "keys with values";
    }
  }
}
