// What Flume makes of configuration files, as one line of JSON a file: its properties, the values after references, the errors it keeps, and what would run of the
// agent a1. Nothing is started. `java -cp ... ReadConfigurations.java FILE...`
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flume.conf.FlumeConfiguration;
import org.apache.flume.conf.FlumeConfigurationError;
import org.apache.flume.node.ConfigurationSource;
import org.apache.flume.node.FileConfigurationSource;
import org.apache.flume.node.MaterializedConfiguration;
import org.apache.flume.node.UriConfigurationProvider;

public class ReadConfigurations {
  public static void main(String[] files) throws Exception {
    Method resolve = Class.forName("org.apache.flume.node.MapResolver").getDeclaredMethod("resolveProperties", Properties.class);
    resolve.setAccessible(true);
    for (String file : files) System.out.println("\nREAD " + read(file, resolve));
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  @SuppressWarnings("unchecked")
  private static String read(String file, Method resolve) {
    StringBuilder out = new StringBuilder("{\"file\":" + text(file));
    try {
      Properties properties = new Properties();
      try (InputStream in = new FileInputStream(file)) { properties.load(in); }
      out.append(",\"properties\":").append(object(new TreeMap<Object, Object>(properties)));
      Map<String, String> resolved = (Map<String, String>) resolve.invoke(null, properties);
      out.append(",\"resolved\":").append(object(new TreeMap<Object, Object>(resolved)));
      FlumeConfiguration configuration = new FlumeConfiguration(resolved);
      TreeSet<String> errors = new TreeSet<>();
      for (FlumeConfigurationError e : configuration.getConfigurationErrors()) {
        errors.add(String.join(" ", e.getComponentName(), e.getKey() == null || e.getKey().isEmpty() ? "-" : e.getKey(), e.getErrorType().name(), e.getErrorOrWarning().name()) + " #" + count(errors, e));
      }
      out.append(",\"errors\":").append(array(errors));
    } catch (InvocationTargetException e) {
      out.append(",\"failed\":").append(text(String.valueOf(e.getCause())));
    } catch (Throwable e) {
      out.append(",\"failed\":").append(text(e.toString()));
    }
    try {
      ConfigurationSource source = new FileConfigurationSource(new File(file).getAbsoluteFile().toURI());
      MaterializedConfiguration running = new UriConfigurationProvider("a1", Arrays.asList(source), null, null, 0).getConfiguration();
      out.append(",\"channels\":").append(array(running.getChannels().keySet()));
      out.append(",\"sources\":").append(array(running.getSourceRunners().keySet()));
      out.append(",\"runners\":").append(array(running.getSinkRunners().keySet()));
    } catch (Throwable e) {
      out.append(",\"loadFailed\":").append(text(e.toString()));
    }
    return out.append("}").toString();
  }

  /** Of an error that is kept several times. */
  private static int count(TreeSet<String> errors, FlumeConfigurationError e) {
    String begin = String.join(" ", e.getComponentName(), e.getKey() == null || e.getKey().isEmpty() ? "-" : e.getKey(), e.getErrorType().name());
    int n = 1;
    for (String other : errors) if (other.startsWith(begin + " ")) n++;
    return n;
  }

  private static String object(Map<Object, Object> map) {
    StringBuilder out = new StringBuilder("{");
    for (Map.Entry<Object, Object> e : map.entrySet()) out.append(out.length() > 1 ? "," : "").append(text(e.getKey().toString())).append(":").append(text(e.getValue().toString()));
    return out.append("}").toString();
  }

  private static String array(Collection<String> words) {
    StringBuilder out = new StringBuilder("[");
    for (String word : new TreeSet<>(words)) out.append(out.length() > 1 ? "," : "").append(text(word));
    return out.append("]").toString();
  }

  private static String text(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append("\"").toString();
  }
}
