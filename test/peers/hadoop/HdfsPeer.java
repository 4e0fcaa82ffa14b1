import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;

/** A name node and a data node in one process, from the site files on the class path; says READY when files can be written. */
public class HdfsPeer {
  public static void main(String[] args) throws Exception {
    DefaultMetricsSystem.setMiniClusterMode(true);
    Configuration conf = new HdfsConfiguration();
    if (!new java.io.File(args[0], "name/current/VERSION").exists()) NameNode.format(conf);
    NameNode name = NameNode.createNameNode(new String[0], conf);
    DataNode data = DataNode.instantiateDataNode(new String[0], conf);
    data.runDatanodeDaemon();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { data.shutdown(); name.stop(); }));
    try (FileSystem fs = FileSystem.newInstance(FileSystem.getDefaultUri(conf), conf)) {
      DistributedFileSystem hdfs = (DistributedFileSystem) fs;
      while (hdfs.getDataNodeStats(DatanodeReportType.LIVE).length == 0 || hdfs.isInSafeMode()) Thread.sleep(50);
    }
    System.out.println("HDFS READY");
    name.join();
  }
}
