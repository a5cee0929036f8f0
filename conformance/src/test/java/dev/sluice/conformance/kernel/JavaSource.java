package dev.sluice.conformance.kernel;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles Java that was written just now. */
final class JavaSource {
  private final Path directory;

  JavaSource(Path directory) {
    this.directory = directory;
  }

  /** The class of that name, in a class loader of its own. */
  Class<?> compile(String name, String source) throws IOException, ClassNotFoundException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(directory));
      JavaFileObject file =
          new SimpleJavaFileObject(
              URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return source;
            }
          };
      boolean done =
          compiler
              .getTask(null, files, problems, List.of("-g", "-nowarn"), null, List.of(file))
              .call();
      if (!done) {
        throw new IllegalArgumentException(problems.getDiagnostics() + "\n" + source);
      }
    }
    URLClassLoader loader =
        new URLClassLoader(
            new URL[] {directory.toUri().toURL()}, JavaSource.class.getClassLoader());
    return loader.loadClass(name);
  }
}
