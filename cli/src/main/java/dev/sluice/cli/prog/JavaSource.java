package dev.sluice.cli.prog;

import dev.sluice.datapath.InvalidInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles one source file in memory, and loads its classes. */
final class JavaSource {
  private static final String CLASS = ".class";

  private JavaSource() {}

  /**
   * The classes of a source file, in the order in which the compiler made them.
   *
   * @param name the file's, for messages
   * @throws InvalidInput with the line and column of the first error
   */
  static List<Class<?>> classes(String name, String text) throws ClassNotFoundException {
    Classes loader = new Classes(compile(name, text));
    List<Class<?>> classes = new ArrayList<>();
    for (String made : loader.files.keySet()) {
      classes.add(loader.loadClass(made));
    }
    return classes;
  }

  private static Map<String, byte[]> compile(String name, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new InvalidInput(name, 0, 0, "this Java has no compiler: run sluice with a JDK");
    }
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    Map<String, Output> made = new LinkedHashMap<>();
    try (JavaFileManager files =
        new Memory(compiler.getStandardFileManager(problems, Locale.ENGLISH, null), made)) {
      List<String> options = List.of("-g", "-nowarn", "-proc:none", "-implicit:none");
      List<Input> sources = List.of(new Input(name, text));
      if (!compiler.getTask(null, files, problems, options, null, sources).call()) {
        throw refusal(name, problems.getDiagnostics());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, byte[]> classes = new LinkedHashMap<>();
    made.forEach((type, output) -> classes.put(type, output.bytes.toByteArray()));
    return classes;
  }

  private static InvalidInput refusal(
      String name, List<Diagnostic<? extends JavaFileObject>> problems) {
    List<Diagnostic<? extends JavaFileObject>> errors =
        problems.stream().filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR).toList();
    if (errors.isEmpty()) {
      return new InvalidInput(name, 0, 0, "the Java compiler refuses it");
    }
    Diagnostic<?> first = errors.getFirst();
    int more = errors.size() - 1;
    String message =
        String.join("; ", first.getMessage(Locale.ENGLISH).strip().split("\\s*\n\\s*"));
    boolean placed = first.getLineNumber() > 0;
    return new InvalidInput(
        name,
        placed ? (int) first.getLineNumber() : 0,
        placed ? (int) first.getColumnNumber() : 0,
        message
            + (more == 0 ? "" : " (and %d more error%s)".formatted(more, more == 1 ? "" : "s")));
  }

  /** The text. */
  private static final class Input extends SimpleJavaFileObject {
    private final String text;

    Input(String name, String text) {
      super(Path.of(name).toUri(), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** A class file that is being made. */
  private static final class Output extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Output(String type) {
      super(URI.create("class:///" + type.replace('.', '/') + CLASS), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  /** Keeps what the compiler writes. */
  private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, Output> made;

    Memory(JavaFileManager files, Map<String, Output> made) {
      super(files);
      this.made = made;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String type, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
      return made.computeIfAbsent(type, Output::new);
    }
  }

  /** Its own classes first: one of the same name may come with Sluice. */
  private static final class Classes extends ClassLoader {
    private final Map<String, byte[]> files;

    Classes(Map<String, byte[]> files) {
      super(JavaSource.class.getClassLoader());
      this.files = files;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] file = files.get(name);
      if (file == null) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : defineClass(name, file, 0, file.length);
      }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      byte[] file =
          name.endsWith(CLASS)
              ? files.get(name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
              : null;
      return file != null ? new ByteArrayInputStream(file) : super.getResourceAsStream(name);
    }
  }
}
