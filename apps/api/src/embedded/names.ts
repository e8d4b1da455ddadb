// Common names of many places, in no combination of anybody in particular.

export const familyNames: readonly string[] = `
    Abel Adeyemi Ahmed Albrecht Andersson Arnold Baker Bauer Becker Bergmann Berglund Bianchi Böhm Brandt Braun Brown
    Busch Chen Clark Cohen Costa Davies Demir Diaz Dietrich Dubois Eriksson Evans Fischer Fontaine Frank Fuchs García
    Graf Groß Gupta Haas Hall Hansen Hartmann Hernández Hoffmann Horváth Huber Hughes Ivanova Jackson Jansen Jensen
    Johansson Jung Kaiser Kaya Keller Khan Kim King Klein Koch Kowalski Kraus Krüger Kumar Lang Larsen Lehmann Leroy
    Li Lindberg López Lorenz Maier Martin Mendes Meyer Moreau Moretti Müller Murphy Neumann Nguyen Nielsen Novák
    Okafor O'Brien Olsen Park Patel Pereira Peters Petrov Pohl Popescu Richter Rivera Romano Rossi Roth Santos Sato
    Schäfer Schmidt Schneider Scholz Schubert Schulz Schwarz Silva Simon Singh Smith Sokolov Sørensen Stein Suzuki
    Tanaka Taylor Thomas Tóth Vogel Voigt Wagner Walker Wang Weber Weiß Werner White Wilson Winkler Wolf Wright Yılmaz
    Young Zhang Ziegler Zimmermann`
  .trim()
  .split(/\s+/);

export const givenNames: readonly string[] = `
    Ada Adam Aisha Alba Alexander Ali Alma Amara Amélie Amir Ana Anders Anna Anton Arjun Arthur Astrid Ava Ayşe
    Beatriz Ben Bruno Carl Carlos Carmen Charlotte Chiara Clara Daniel David Diego Dmitri Edith Elena Elias Ella Emil
    Emilia Emma Enzo Erik Esra Eva Farid Fatima Felix Finn Florence Frida Gabriel Georg Giulia Grace Greta Hana Hannah
    Hans Hassan Helena Henry Hugo Ida Igor Ines Ingrid Irene Isabel Ivan Jakob James Jan Jana Johan Jonas José Julia
    Kai Karim Karl Katarina Kenji Lara Lars Laura Lea Leo Leon Lina Linus Lotte Luca Lucía Luis Maja Malik Marco Maria
    Marta Mateo Matilda Max Maya Mehmet Mei Mia Mila Milan Mira Mohammed Nadia Nils Nina Noah Nora Olga Oliver Omar
    Oskar Paul Paula Pedro Petra Priya Rafael Ravi Rosa Ruth Samir Samuel Sara Sebastian Selma Simone Sofia Stefan
    Svea Tariq Theo Thomas Tim Vera Victor Wei William Yara Yuki Yusuf Zoe Zofia`
  .trim()
  .split(/\s+/);
