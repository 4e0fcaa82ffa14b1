// What Java makes of patterns, dates, character sets and maps: one question a line, its words in base64, one answer a line.
import java.io.*;
import java.nio.charset.*;
import java.text.*;
import java.util.*;
import java.util.regex.*;

public class JavaJudge {
  static String text(String word) { return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8); }
  static String word(String text) { return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)); }

  static String answer(String[] words) throws Exception {
    switch (words[0]) {
      case "find": {
        Matcher matcher = Pattern.compile(text(words[1])).matcher(text(words[2]));
        if (!matcher.find()) return "none";
        StringBuilder groups = new StringBuilder();
        for (int i = 0; i <= matcher.groupCount(); i++) groups.append(i == 0 ? "" : ",").append(matcher.group(i) == null ? "-" : "=" + word(matcher.group(i)));
        return groups.toString();
      }
      case "matches": return String.valueOf(Pattern.compile(text(words[1])).matcher(text(words[2])).matches());
      case "replace": return word(Pattern.compile(text(words[1])).matcher(text(words[2])).replaceAll(text(words[3])));
      case "simple": return String.valueOf(new SimpleDateFormat(text(words[1]), Locale.ENGLISH).parse(text(words[2])).getTime());
      case "joda": return String.valueOf(org.joda.time.format.DateTimeFormat.forPattern(text(words[1])).withLocale(Locale.ENGLISH).parseDateTime(text(words[2])).getMillis());
      case "encode": return Base64.getEncoder().encodeToString(text(words[2]).getBytes(Charset.forName(text(words[1]))));
      case "map": {
        Map<String, String> map = new HashMap<>();
        for (int i = 1; i < words.length; i++) map.put(text(words[i]), "");
        StringBuilder keys = new StringBuilder();
        for (String key : map.keySet()) keys.append("=").append(word(key)).append(",");
        return keys.toString();
      }
      default: throw new IllegalArgumentException(words[0]);
    }
  }

  public static void main(String[] args) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String answer;
      try { answer = answer(line.split(" ", -1)); } catch (Exception error) { answer = "error"; }
      out.println(answer);
    }
  }
}
