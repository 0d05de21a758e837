// Compare.java - Lucene on the texts of bench/compare: index DIR into INDEX with
// an analyzer, or ask the lines of a file.
//
//	java Compare.java index cjk|smartcn TEXTS INDEX
//	java Compare.java search cjk|smartcn QUERIES INDEX

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.QueryBuilder;

class Compare {
	private static final int ROUNDS = 200;

	private static void index(Analyzer analyzer, Path texts, Path to)
			throws IOException {
		IndexWriterConfig config = new IndexWriterConfig(analyzer);
		config.setRAMBufferSizeMB(64);
		try (IndexWriter writer = new IndexWriter(FSDirectory.open(to), config);
		     DirectoryStream<Path> files = Files.newDirectoryStream(texts)) {
			for (Path file : files) {
				Document document = new Document();
				document.add(new StoredField("id",
						file.getFileName().toString()));
				document.add(new TextField("text", new String(
						Files.readAllBytes(file),
						StandardCharsets.UTF_8), Field.Store.YES));
				writer.addDocument(document);
			}
			writer.forceMerge(1);
		}
	}

	private static void ask(IndexSearcher searcher, Analyzer analyzer, String text)
			throws IOException {
		QueryBuilder builder = new QueryBuilder(analyzer);
		boolean quoted = text.startsWith("\"");
		Query query = quoted ? builder.createPhraseQuery("text", text)
				: builder.createBooleanQuery("text", text);
		double[] times = new double[ROUNDS];
		long total = 0;
		for (int i = 0; i < ROUNDS; i++) {
			long from = System.nanoTime();
			TopDocs top = searcher.search(query, 10);
			for (ScoreDoc hit : top.scoreDocs)
				searcher.doc(hit.doc).get("text");
			total = top.totalHits.value;
			times[i] = (System.nanoTime() - from) / 1e6;
		}
		Arrays.sort(times);
		System.out.printf("%s\t%.2f ms\t%d%n", text, times[ROUNDS / 4], total);
	}

	public static void main(String[] args) throws IOException {
		Analyzer analyzer = args[1].equals("cjk") ? new CJKAnalyzer()
				: new SmartChineseAnalyzer();
		Path index = Paths.get(args[3]);
		if (args[0].equals("index")) {
			index(analyzer, Paths.get(args[2]), index);
			return;
		}
		List<String> queries = Files.readAllLines(Paths.get(args[2]));
		try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(index))) {
			for (String query : queries)
				ask(new IndexSearcher(reader), analyzer, query);
		}
	}
}
